"""Random edits of both libraries as people make them, and their proper outcome in the end.

Edits are drawn from a seed. Texts hold the id of their scene, so that the record of what was written to Plex tells
whether an item ever got another scene's words.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from agent_stage import Shown, Stage, shown, single

from plexsync.domain.paths.key import path_key
from plexsync.store.jobs import State
from plexsync.usecases.queue.brakes import allow_once
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import World

SAVE_MANY = "mutation Do($input: [SceneUpdateInput!]!) { scenesUpdate(input: $input) { id } }"
PERSONS = 8
FEWEST_SCENES = 0.7
FEWEST_TAGS = 12
WORDS = re.compile(r"(?:title|words) of scene (\d+)\b")
SEEN_SECONDS = 1.0
STASH_BACK_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """A comparison of both libraries at rest; all figures should be 0.

    ``lost`` items do not show what Stash says, ``wrong`` ones show what is not theirs to show, ``rewritten`` are the
    writes of a second run.
    """

    lost: int
    wrong: int
    rewritten: int
    said: tuple[str, ...]


@dataclass
class Workload:
    """Edits in Stash and in Plex, one after the other; ``held`` are scenes that a brake held until all was quiet."""

    stage: Stage
    chance: random.Random
    edits: int = 0
    held: int = 0
    _made: int = 0
    _said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        world = self.stage.world
        self._persons, self._scenes = _split(world)
        self._fewest = int(FEWEST_SCENES * len(self._scenes))
        kinds = ("tags", "performers", "studios")
        self._ids: dict[str, list[str]] = {kind: [row["id"] for row in world.stash[kind]] for kind in kinds}
        self._owners: dict[str, set[str]] = {scene["id"]: {scene["id"]} for scene in world.stash["scenes"]}
        self._untouched: dict[str, Shown] = {}
        self._edits_after = 0.0

    def begin(self) -> None:
        """Note what is nobody's; to be called before the first sync."""
        self._untouched = {path: shown(item) for path, item in self.stage.items().items() if path in self._alone}

    @property
    def _alone(self) -> frozenset[str]:
        return frozenset(self.stage.world.plex_only)

    def edit(self) -> None:
        """Do one thing to one of the libraries."""
        weights: dict[Callable[[], None], int] = {
            self._save: 50,
            self._save_many: 14,
            self._bulk: 10,
            self._rename: 9,
            self._new_tag: 4,
            self._merge_tags: 2,
            self._drop_tag: 2,
            self._merge_scenes: 3,
            self._drop_scene: 1,
            self._person: 5,
            self._empty: 1,
            self._add_anew: 3,
        }
        (act,) = self.chance.choices(list(weights), list(weights.values()))
        act()
        self.edits += 1

    def _ask(self, query: str, **variables: Any) -> Any:
        """Ask Stash, again if it is down just now; what took effect before the answer was cut off is done."""
        until = time.monotonic() + STASH_BACK_SECONDS
        try:
            return self.stage.ask_stash(query, **variables)
        except OSError:
            wait_for_stash(self.stage, until - time.monotonic())
        with suppress(RuntimeError):  # done already
            return self.stage.ask_stash(query, **variables)
        return {}

    def _mutate(self, name: str, /, **values: Any) -> Any:
        kind = f"{name[0].upper()}{name[1:]}Input"
        fields = "" if name.endswith("Destroy") else "{ id }"
        return self._ask(f"mutation Do($input: {kind}!) {{ {name}(input: $input) {fields} }}", input=values).get(name)

    def _name(self, kind: str) -> str:
        self._made += 1
        return f"{kind} no. {self._made}"

    def _fields(self, scene: str) -> Json:
        chance, texts = self.chance, scene not in self._persons
        self._made += 1
        values: Json = {
            "date": chance.choice([None, f"20{chance.randrange(10, 25)}-0{chance.randrange(1, 10)}-11"]),
            "rating100": chance.choice([None, chance.randrange(1, 101)]),
            "director": chance.choice(["", f"Director {chance.randrange(5)}"]),
            "studio_id": chance.choice([None, chance.choice(self._ids["studios"])]),
            "performer_ids": chance.sample(self._ids["performers"], chance.randrange(4)),
            "tag_ids": chance.sample(self._ids["tags"], chance.randrange(6)),
        }
        if texts:
            values["title"] = chance.choice(["", f"title of scene {scene} ({self._made})"])
            values["details"] = chance.choice(["", f"words of scene {scene} ({self._made})"])
        return {name: values[name] for name in chance.sample(sorted(values), chance.randrange(1, 5))}

    def _some(self, number: int) -> list[str]:
        return self.chance.sample([*self._scenes, *self._persons], number)

    def _save(self) -> None:
        (scene,) = self._some(1)
        self._mutate("sceneUpdate", id=scene, **self._fields(scene))

    def _save_many(self) -> None:
        documents = [{"id": scene, **self._fields(scene)} for scene in self._some(self.chance.randrange(2, 16))]
        self._ask(SAVE_MANY, input=documents)

    def _bulk(self) -> None:
        scenes, tags = self._some(self.chance.randrange(5, 40)), self.chance.sample(self._ids["tags"], 2)
        mode = self.chance.choice(["ADD", "REMOVE"])
        body = "mutation Do($input: BulkSceneUpdateInput!) { bulkSceneUpdate(input: $input) { id } }"
        self._ask(body, input={"ids": scenes, "tag_ids": {"mode": mode, "ids": tags}})

    def _rename(self) -> None:
        kind = self.chance.choice(sorted(self._ids))
        one = self.chance.choice(self._ids[kind])
        self._mutate(f"{kind[:-1]}Update", id=one, name=self._name(kind))

    def _new_tag(self) -> None:
        made = self._mutate("tagCreate", name=self._name("tag"))
        if made is None:  # cut off
            return
        self._ids["tags"].append(made["id"])
        body = "mutation Do($input: BulkSceneUpdateInput!) { bulkSceneUpdate(input: $input) { id } }"
        self._ask(body, input={"ids": self._some(5), "tag_ids": {"mode": "ADD", "ids": [made["id"]]}})

    def _take_tag(self) -> str:
        tags = self._ids["tags"]
        return tags.pop(self.chance.randrange(len(tags)))

    def _merge_tags(self) -> None:
        if len(self._ids["tags"]) > FEWEST_TAGS:
            self._mutate("tagsMerge", source=[self._take_tag()], destination=self.chance.choice(self._ids["tags"]))

    def _drop_tag(self) -> None:
        if len(self._ids["tags"]) > FEWEST_TAGS:
            self._mutate("tagDestroy", id=self._take_tag())

    def _take_scene(self) -> str:
        return self._scenes.pop(self.chance.randrange(len(self._scenes)))

    def _merge_scenes(self) -> None:
        if len(self._scenes) > self._fewest:
            gone, stays = self._take_scene(), self.chance.choice(self._scenes)
            self._owners[gone] |= self._owners[stays] | {stays}
            for scene, owners in self._owners.items():
                if gone in owners:
                    self._owners[scene] = owners | self._owners[gone]
            self._mutate("sceneMerge", source=[gone], destination=stays)

    def _drop_scene(self) -> None:
        if len(self._scenes) > self._fewest:
            self._mutate("sceneDestroy", id=self._take_scene())

    def _item(self, scene: str) -> Json | None:
        paths = self.stage.world.belongs.get(scene, ())
        return self.stage.items().get(paths[0]) if paths else None

    def _person(self) -> None:
        """A person writes a summary in Plex: Stash's is not touched for these scenes, so it must stay."""
        scene = self.chance.choice(self._persons)
        item = self._item(scene)
        if item is not None:
            self._said[scene] = f"A person's words, {self._name('version')}."
            change = {"set": {"summary": self._said[scene]}, "lock": ["summary"]}
            self.stage.plex.control("POST", f"items/{item['ratingKey']}", change)

    def _empty(self) -> None:
        """A person empties a field in Plex: Stash's value comes back."""
        item = self._item(self.chance.choice(self._scenes))
        if item is not None:
            self.stage.plex.control("POST", f"items/{item['ratingKey']}", {"set": {"studio": ""}, "lock": ["studio"]})

    def _add_anew(self) -> None:
        """Plex gives an item another key and forgets what it showed."""
        item = self._item(self.chance.choice(self._scenes))
        if item is not None:
            self.stage.plex.control("POST", f"items/{item['ratingKey']}/rekey", {})

    def lost(self) -> dict[str, Shown]:
        """Return the items that do not show what Stash says, but for what a person put there."""
        wrong = self.stage.differences()
        for scene in self._said:
            fields = wrong.get(self.stage.world.belongs[scene][0], {})
            fields.pop("summary", None)
        return {path: fields for path, fields in wrong.items() if fields}

    def settle(self, seconds: float) -> dict[str, Shown]:
        """Wait until the queue is through and nothing is lost, or time is up; returns what is lost."""
        until = time.monotonic() + seconds
        while True:
            if self.stage.jobs_by_state().get((State.WAITING, "brake")):  # all that is done here is meant
                self.held += allow_once(self.stage.data, "workload", time.time()).scenes
            left = self.lost() if self.stage.is_idle() else None
            if left == {} or time.monotonic() > until:
                return self.lost() if left is None else left
            time.sleep(0.2)

    def judge(self, seconds: float) -> Verdict:
        """Say how things stand once all is quiet; both servers must be well and the agent alive."""
        left = self.settle(seconds)
        said = [
            f"lost: {path}: {fields} ({self._jobs_at(path)}; {self._record_at(path)})" for path, fields in left.items()
        ]
        wrong = [*self._wrong_items(), *self._strange_words()]
        rewritten = [] if left else self._second_run()
        said += [*(f"wrong: {one}" for one in wrong), *(f"written again: {one}" for one in rewritten)]
        return Verdict(len(left), len(wrong), len(rewritten), tuple(said))

    def _jobs_at(self, path: str) -> str:
        """Say how the jobs of the scenes stand that an item's file belongs to."""
        scenes = self.stage.store.scenes.claimants([path_key(path)])
        jobs = [self.stage.store.jobs.get(scene) for found in scenes.values() for scene in sorted(found)]
        return "; ".join(f"scene {job.scene_id} {job.state} {job.cause} {dict(job.detail)}" for job in jobs if job)

    def _record_at(self, path: str) -> str:
        """Say what is remembered of the item of a file: values that are not ours stay."""
        key = str(self.stage.items()[path]["ratingKey"])
        record = self.stage.store.links.of_items([key]).get(key)
        return f"item {key}: {record}"

    def _wrong_items(self) -> list[str]:
        items = self.stage.items()
        touched = [path for path, before in self._untouched.items() if shown(items[path]) != before]
        kept = {self.stage.world.belongs[scene][0]: words for scene, words in self._said.items()}
        lost = [path for path, words in kept.items() if items[path].get("summary") != words]
        unsound = [] if self.stage.integrity() == "ok" else ["state.db"]
        return [*touched, *lost, *unsound]

    def _strange_words(self) -> list[str]:
        """Look through what was written to Plex since the last time for words of another scene than the item's."""
        scene_of = {path: scene for scene, paths in self.stage.world.belongs.items() for path in paths}
        owner = {item["ratingKey"]: scene_of.get(path) for path, item in self.stage.items().items()}
        edits = self.stage.plex.control("GET", f"edits?after={self._edits_after}")
        self._edits_after = edits[-1]["time"] if edits else self._edits_after
        return [
            f"item {key} got {value!r}"
            for edit in edits
            for _, value in edit["params"]
            for said in WORDS.findall(value)
            for key in edit["ids"]
            if owner.get(key) is not None and said not in self._owners[str(owner[key])]
        ]

    def _second_run(self) -> list[str]:
        """Sync all once more; returns the edits that this sends.

        A server that shows edits late is given the time to show the last ones.
        """
        time.sleep(SEEN_SECONDS)
        edits = self.stage.plex.control("GET", f"edits?after={self._edits_after}")
        before = edits[-1]["time"] if edits else self._edits_after
        self.stage.sync_all()
        return [f"{edit['ids']} {edit['params']}" for edit in self.stage.plex.control("GET", f"edits?after={before}")]


def wait_for_stash(stage: Stage, seconds: float) -> None:
    """Wait until Stash is back from an outage; its control does not listen while it restarts."""

    def answers() -> bool:
        with suppress(OSError, RuntimeError):
            return bool(stage.ask_stash("query Do { version { version } }"))
        return False

    stage.wait_until(answers, seconds)


def _split(world: World) -> tuple[list[str], list[str]]:
    """Return the scenes on whose items a person writes, and all others that have files and no rival for their items."""
    persons = single(world, PERSONS)
    filed = {scene["id"] for scene in world.stash["scenes"] if scene["files"]}
    return persons, [scene for scene in world.belongs if scene in filed and scene not in persons]


def wait_for_first_sync(stage: Stage, workload: Workload) -> None:
    """Start the agent and bring everything over."""
    workload.begin()
    stage.begin()
    stage.sync_all(120)
    left = workload.settle(120)
    if left:
        raise RuntimeError(f"the first sync is not complete: {left}")

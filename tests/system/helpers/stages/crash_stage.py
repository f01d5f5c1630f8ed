"""One short scenario, played again and again, in which the agent is killed each time at another point.

A first sync, a few edits, a rename, and a person's edits in Plex. The point is a commit of the agent's database, or a
request of its to one of the servers, each before or after it took effect.
"""

from __future__ import annotations

import hashlib
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent_stage import Shown, Stage, names, shown, single

from plexsync_simulators.rig import Rig
from plexsync_simulators.world import World

ODD_AGENT = Path(__file__).parent.with_name("odd_agent.py")
SCENES = 8
WORLD_SEED = 3
NOT_OURS = "^(?!Do$|Save$)"  # the names of what the scenario itself asks of Stash
PERSONS_TITLE = "A person's own title"
PERSONS_WORDS = "A person's own words."
PERSONS_GENRE = "A person's genre"
PLAY_SECONDS = 40.0
SETTLE_SECONDS = 60.0
KINDS = ("commit", "plex", "stash")
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Point:
    """Where to kill: the how-manieth commit, or request to a server, "before" or "after" it took effect."""

    kind: str
    number: int
    when: str

    def __str__(self) -> str:
        return f"{self.when} {self.kind} {self.number}"


@dataclass(frozen=True, slots=True)
class KillResult:
    """The result of one kill; ``killed`` is False when the scenario was over before its point was reached."""

    killed: bool
    faults: tuple[str, ...]


class CrashStage(Stage):
    """A stage that plays the scenario."""

    def __init__(self, world: World, **options: Any) -> None:
        super().__init__(world, **options)
        self._round = self._asked = 0
        self._titled, self._worded, *self._edited = single(world, 5)
        self._worded_tag = next(one for one in world.stash["scenes"] if one["id"] == self._worded)["tag_ids"][0]
        self._titled_path, self._worded_path = (world.belongs[one][0] for one in (self._titled, self._worded))
        covered = [one["id"] for one in world.stash["scenes"] if one["cover"] and world.belongs.get(one["id"])]
        self._covers = {scene: sha1_of(f"{self.stash.url}/scene/{scene}/screenshot") for scene in covered}

    def kill_at(self, point: Point) -> KillResult:
        """Play the scenario with a kill, start the agent again, and say what is not as it should be."""
        self._begin_anew()
        untouched = {path: shown(item) for path, item in self.items().items() if path in self.world.plex_only}
        self._arm(point)
        for act in (self._sync_first, self._edit_in_plex, self._edit_in_stash, self._wait_equal):
            act()
        if self.agent_exit is None:
            return KillResult(killed=False, faults=())
        self._disarm()
        self.kill_agent()
        self.start_agent()
        return KillResult(killed=True, faults=tuple(self._faults(untouched)))

    def _begin_anew(self) -> None:
        """Forget everything, on Plex's side too."""
        self._round += 1
        self._asked = 0
        self.kill_agent()
        self.forget_store()
        for file in self.data.glob("state.db*"):
            file.unlink()
        self.plex.control("POST", "replace", {"library": self.world.plex})
        change = {"set": {"title": PERSONS_TITLE}, "lock": ["title"]}
        self.plex.control("POST", f"items/{self.item_of(self._titled)['ratingKey']}", change)

    def _arm(self, point: Point) -> None:
        self.program = (str(ODD_AGENT),)
        if point.kind == "commit":
            self.start_agent(ODD_COMMIT=f"{point.number} {point.when}")
            return
        pid = self.start_agent()
        match = {"operation_regex": NOT_OURS} if point.kind == "stash" else {}
        fault = {"match": match, "kind": "kill", "pid": pid, "when": point.when, "skip": point.number - 1}
        self._server(point.kind).control("POST", "faults", [fault])

    def _server(self, kind: str) -> Any:
        return self.plex if kind == "plex" else self.stash

    def _disarm(self) -> None:
        self.plex.control("POST", "faults", [])
        self.stash.control("POST", "faults", [])

    def _until(self, condition: Callable[[], object]) -> None:
        """Wait while the agent lives for something to come true."""
        until = time.monotonic() + PLAY_SECONDS
        while self.agent_exit is None and not condition():
            if time.monotonic() > until:
                raise AssertionError(f"neither killed nor done: {self.lost()}\n{self.log()[-3000:]}")
            time.sleep(0.05)

    def _is_quiet(self) -> bool:
        return Rig.is_idle(self) and not self.lost()

    def _sync_first(self) -> None:
        self._until(lambda: Rig.is_idle(self))
        if self.agent_exit is None:
            self._asked = self.store.commands.ask("sync", {"scope": "all", "origin": "test"}, time.time())
        self._until(lambda: self._is_heard() and self._is_quiet() and not self._without_cover())

    def _is_heard(self) -> bool:
        """Whether the first sync that was asked for is queued; says that somebody waits for it."""
        if not self._asked:
            return False
        self.store.commands.listen(self._asked, time.time())
        command = self.store.commands.get(self._asked)
        return command is not None and command.state == "done"

    def _edit_in_plex(self) -> None:
        item = self.item_of(self._worded)
        change = {"summary": PERSONS_WORDS, "Genre": [*item["Genre"], PERSONS_GENRE]}
        self.plex.control("POST", f"items/{item['ratingKey']}", {"set": change, "lock": ["summary", "genre"]})

    def _edit_in_stash(self) -> None:
        for number, scene in enumerate(self._edited):
            self.edit_scene(scene, title=f"Edited {number}, round {self._round}", rating100=1 + self._round % 100)
        self.edit_scene(self._worded, director=f"Director {self._round}")
        self.mutate("tagUpdate", id=self._worded_tag, name=f"Renamed {self._round}")

    def _wait_equal(self) -> None:
        self._until(self._is_quiet)

    def lost(self) -> dict[str, Shown]:
        """Return the items that do not show what Stash says, but for what a person put there."""
        wrong = self.differences()
        wrong.get(self._titled_path, {}).pop("title", None)
        worded = wrong.get(self._worded_path, {})
        worded.pop("summary", None)
        wanted, have = worded.get("Genre", (frozenset(), frozenset()))
        if have - wanted == names([PERSONS_GENRE]) and wanted <= have:
            worded.pop("Genre", None)
        return {path: fields for path, fields in wrong.items() if fields}

    def _without_cover(self) -> list[str]:
        """Return the scenes whose cover their item does not show."""
        items = self.items()
        return [
            scene
            for scene, sha1 in self._covers.items()
            if any((items[path]["thumb"] or {}).get("sha1") != sha1 for path in self.world.belongs[scene])
        ]

    def _faults(self, untouched: dict[str, Shown]) -> Iterator[str]:
        """Wait for quiet with an agent that nobody kills and tell what is not as it should be."""
        if not self._is_heard():  # whoever asked for it hears so, and asks again
            self.wait_until(lambda: Rig.is_idle(self), SETTLE_SECONDS)
            self.ask("sync", {"scope": "all", "origin": "test"})
        until = time.monotonic() + SETTLE_SECONDS
        while not (self._is_quiet() and not self._without_cover()) and time.monotonic() < until:
            time.sleep(0.1)
        yield from (f"lost: {path}: {fields}" for path, fields in self.lost().items())
        yield from (f"cover lost: scene {scene}" for scene in self._without_cover())
        items = self.items()
        yield from (f"written: {path}" for path, before in untouched.items() if shown(items[path]) != before)
        if items[self._titled_path]["title"] != PERSONS_TITLE:
            yield f"a person's title became {items[self._titled_path]['title']!r}"
        worded = items[self._worded_path]
        if worded["summary"] != PERSONS_WORDS or PERSONS_GENRE not in worded["Genre"]:
            yield f"a person's words became {worded['summary']!r}, {worded['Genre']}"
        yield from self._second_run()
        if self.integrity() != "ok":
            yield f"state.db: {self.integrity()}"

    def _second_run(self) -> Iterator[str]:
        self.reset_counts()
        self.sync_all()
        counts = self.plex_counts()
        if counts["PUT"] or counts.get("POST pictures"):
            yield f"a second run wrote: {counts}"


def sha1_of(url: str) -> str:
    with DIRECT.open(url, timeout=30) as answer:
        return hashlib.sha1(answer.read()).hexdigest()

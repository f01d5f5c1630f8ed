"""A state machine over all of PlexSync's real parts and both simulators: whatever happens, no edit is lost.

Rules are what people, servers, clocks and the operating system do. The conditions for the end stand in
``whole_oracle``.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from whole_agent import Agent, write_settings
from whole_oracle import EXACT, LISTS, POLICY, TEXTS, Json, Place, clean, names, said_by, shown_by
from whole_servers import servers
from whole_world import (
    ASSIGN_FILE,
    BULK,
    KINDS,
    MERGE_PERFORMERS,
    MERGE_SCENES,
    MERGE_TAGS,
    PLEX_PATHS,
    plex_library,
    save,
    stash_library,
)

from plexsync.domain.errors import ImageRejected, ItemGone, ItemRejected, NotApplied, SceneFails, SceneUnreadable
from plexsync.store.jobs import State
from plexsync.usecases.opening import open_data
from plexsync.usecases.why import why

OF_ONE_SCENE = {one.code for one in (ImageRejected, ItemGone, ItemRejected, NotApplied, SceneFails, SceneUnreadable)}
"""Causes that may give up a scene; PlexSync's own failures may not."""

PATHS = tuple(PLEX_PATHS.values())
LOCKS = {"Role": "actor", "Genre": "genre", "Director": "director", "Collection": "collection"}
TABLES = {"Role": "performer", "Genre": "tag", "Collection": "group"}
QUIET = (0.5, 2.0, 4.0, 12.0, 61.0, 61.0, 61.0, 700.0, 3700.0, *8 * (0.3,), 61.0)
"""Seconds between the polls of a quiet time; in its course every back-off and every full scan comes due."""

NUMBERS = st.integers(0, 11)
SOME = st.lists(st.integers(0, 3), max_size=3, unique=True)
PLACES = st.sampled_from(PATHS)
TEXT_FIELDS = st.sampled_from(TEXTS)
LIST_FIELDS = st.sampled_from(LISTS)
SERVERS = st.sampled_from(["plex", "plex", "stash"])
WHEN = st.sampled_from(["before", "after"])
EDITED = st.sampled_from(["title", "details", "date", "director", "rating100"])
PARTS = st.sampled_from(["watcher", "worker", "worker", "reconciler"])


class Whole(RuleBasedStateMachine):
    """Stash, Plex, people at both, and an agent between them."""

    def __init__(self) -> None:
        super().__init__()
        self.servers = servers()
        self.time = self.servers.time
        self._folder = tempfile.TemporaryDirectory(prefix="plexsync-states-")
        self.lives = self.counter = 0
        self.tally: Counter[str] = Counter()
        self.agent: Agent
        self.places = {path: Place(path) for path in PATHS}
        self.owners: dict[str, set[str]] = {path: set() for path in PATHS}
        self.words: dict[str, set[str]] = {}
        self.settings: dict[str, Any] = {}
        self.where: dict[str, tuple[str, ...]] = {}
        self.edits_after = 0.0
        self.needs_full_scan = self.needs_deep = False

    # -- beginnings and ends ------------------------------------------------------------------------------------------

    @initialize(
        file_in_sight=st.booleans(),
        tags=st.sampled_from(["append", "replace"]),
        mapped=st.booleans(),
        covers=st.booleans(),
    )
    def begin(self, *, file_in_sight: bool, tags: str, mapped: bool, covers: bool) -> None:
        self.servers.begin(stash_library(), plex_library(), file_in_sight=file_in_sight, tags=tags)
        self.time = self.servers.time
        self.settings = {"path_map": "/data => /media; /other => /media2" if mapped else "/data => /media"}
        self.settings["image_poster"] = "on" if covers else "off"
        folder = self.next_folder()
        folder.mkdir()
        write_settings(folder, self.servers, self.settings)
        first, second = self.places[PATHS[0]], self.places[PATHS[1]]
        first.loose["summary"].add("Agent's summary")
        first.loose["studio"].add("Agent's studio")
        first.added["Genre"].add("agent's genre")
        second.person["summary"] = "Person's summary"
        second.typed.add("summary")
        second.added["Genre"].add("person's genre")
        self.agent = Agent(folder, self.servers)
        self.observe()
        for part in ("watcher", "worker", "reconciler"):
            self.turn(part)
        self.sync_by_hand()

    def next_folder(self) -> Path:
        self.lives += 1
        return Path(self._folder.name) / str(self.lives)

    def teardown(self) -> None:
        try:
            if hasattr(self, "agent"):
                self.conclude()
        finally:
            self.close()

    def conclude(self) -> None:
        """See that all comes right in the end."""
        self.settle()
        self.nothing_left_to_write()
        self.explained()

    def close(self) -> None:
        if hasattr(self, "agent"):
            self.servers.release(cut=True)
            self.agent.close()
        self._folder.cleanup()

    # -- what is seen -------------------------------------------------------------------------------------------------

    def library(self) -> Json:
        return self.servers.library()

    def items(self) -> dict[str, Json]:
        """Plex's items by path."""
        return self.servers.items()

    def observe(self) -> None:
        """Write down what Stash says now, whose each file is, and judge what was written since."""
        document = self.library()
        named = {f"{kind}s": {row["id"]: row["name"] for row in document[f"{kind}s"]} for kind in KINDS}
        said: dict[str, Json] = {}
        self.owner: dict[str, str] = {}
        for scene in document["scenes"]:
            words = said_by(scene, named)
            self.words.setdefault(scene["id"], set()).update(
                {words["title"], words["summary"], *words["Director"]} - {""}
            )
            for file in scene["files"]:
                path = PLEX_PATHS[file["path"]]
                said[path] = words
                self.owner[path] = scene["id"]
                self.owners[path].add(scene["id"])
        for path, place in self.places.items():
            place.hear(said.get(path), self.owner.get(path, ""))
            for of in (*TEXTS, *LISTS):
                place.policies[of].add(self.policy(of))
        self.said = said
        self.where |= {item["ratingKey"]: _paths(item) for item in self.items().values()}
        self.judge_writes()

    def policy(self, of: str) -> str:
        return str(self.settings.get(f"policy_{POLICY[of]}", "merge"))

    def policies(self) -> dict[str, str]:
        return {of: self.policy(of) for of in (*TEXTS, *LISTS)}

    def judge_writes(self) -> None:
        """No item may ever bear what belongs to another scene, and none be edited that no scene has."""
        for edit in self.servers.edits(self.edits_after):
            self.edits_after = max(self.edits_after, edit["time"])
            assert not edit["everything"], "an edit without ids"
            assert edit["ids"]
            for key in edit["ids"]:
                owners = set().union(*(self.owners[path] for path in self.where[key]))
                assert owners, f"item {key} is no scene's: {edit}"
                allowed = set().union(*(self.words[owner] for owner in owners))
                strange = set().union(*self.words.values()) - allowed
                written = {clean(value) for name, value in edit["params"] if not name.endswith("tag-")}
                assert not {word.casefold() for word in written} & {word.casefold() for word in strange}, (
                    f"item {key} of {self.where[key]} got another scene's: {edit}"
                )

    def fresh(self) -> int:
        self.counter += 1
        return self.counter

    # -- people at Stash ----------------------------------------------------------------------------------------------

    def stash(self, mutation: str, **given: Any) -> Json:
        self.tally["edits in Stash"] += 1
        answer = self.servers.ask_stash(mutation, {"input": given})
        self.observe()
        return answer

    def scenes(self) -> list[Json]:
        scenes: list[Json] = self.library()["scenes"]
        return scenes

    def a_scene(self, number: int) -> Json | None:
        scenes = self.scenes()
        return scenes[number % len(scenes)] if scenes else None

    def ids(self, kind: str, numbers: Sequence[int]) -> list[str]:
        rows = [row["id"] for row in self.library()[f"{kind}s"]]
        return sorted({rows[number % len(rows)] for number in numbers}) if rows else []

    @rule(
        number=NUMBERS,
        of=EDITED,
        how=st.sampled_from(["new", "new", "none", "article"]),
    )
    def edit_text(self, number: int, of: str, how: str) -> None:
        scene = self.a_scene(number)
        if scene is None:
            return
        fresh = self.fresh()
        new: Any = {
            "title": f"{'The ' if how == 'article' else ''}S{scene['id']} title {fresh}",
            "details": f"S{scene['id']} details {fresh}",
            "date": f"20{fresh // 28 % 90 + 10}-06-{fresh % 28 + 1:02}",
            "director": f"S{scene['id']} director {fresh}",
            "rating100": 1 + fresh % 100,
        }[of]
        empty: Any = None if of == "rating100" else ""
        if how == "none" and of == "title" and not scene["files"]:
            return
        self.stash(save("scene", "Update"), id=scene["id"], **{of: empty if how == "none" else new})

    @rule(number=NUMBERS, kind=st.sampled_from(KINDS), numbers=SOME)
    def edit_names(self, number: int, kind: str, numbers: list[int]) -> None:
        scene, found = self.a_scene(number), self.ids(kind, numbers)
        if scene is None:
            return
        given: Any = {
            "performer": {"performer_ids": found},
            "tag": {"tag_ids": found},
            "studio": {"studio_id": found[0] if found else None},
            "group": {"groups": [{"group_id": one} for one in found]},
        }[kind]
        self.stash(save("scene", "Update"), id=scene["id"], **given)

    @rule(number=NUMBERS, mode=st.sampled_from(["ADD", "REMOVE", "SET"]))
    def edit_many(self, number: int, mode: str) -> None:
        scenes, tags = [scene["id"] for scene in self.scenes()], self.ids("tag", [number])
        if scenes:
            self.stash(BULK, ids=scenes, tag_ids={"ids": tags, "mode": mode})

    @rule(kind=st.sampled_from(KINDS), number=NUMBERS)
    def rename_entity(self, kind: str, number: int) -> None:
        for found in self.ids(kind, [number]):
            self.stash(save(kind, "Update"), id=found, name=f"{kind.title()} new {self.fresh()}")

    @rule(kind=st.sampled_from(KINDS), number=NUMBERS)
    def delete_entity(self, kind: str, number: int) -> None:
        for found in self.ids(kind, [number]):
            self.stash(save(kind, "Destroy"), id=found)

    @rule(kind=st.sampled_from(KINDS))
    def create_entity(self, kind: str) -> None:
        self.stash(save(kind, "Create"), name=f"{kind.title()} more {self.fresh()}")

    @rule(kind=st.sampled_from(["performer", "tag"]), source=NUMBERS, into=NUMBERS)
    def merge_entities(self, kind: str, source: int, into: int) -> None:
        (source_id,), (target_id,) = self.ids(kind, [source]) or [""], self.ids(kind, [into]) or [""]
        if source_id != target_id:
            self.stash(MERGE_TAGS if kind == "tag" else MERGE_PERFORMERS, source=[source_id], destination=target_id)

    @rule(number=NUMBERS)
    def delete_scene(self, number: int) -> None:
        scene = self.a_scene(number)
        if scene is not None and len(self.scenes()) > 3:
            self.stash(save("scene", "Destroy"), id=scene["id"])

    @rule(path=st.sampled_from(list(PLEX_PATHS)), numbers=SOME)
    def create_scene(self, path: str, numbers: list[int]) -> None:
        """A file that no scene has gets one."""
        library = self.servers.stash.stash.library
        file = library.file_at(path)
        if file is None or library.scene_of(file) is not None:
            return
        fresh = self.fresh()
        self.stash(
            save("scene", "Create"),
            title=f"New title {fresh}",
            details=f"New details {fresh}",
            file_ids=[str(file.id)],
            tag_ids=self.ids("tag", numbers),
        )

    def vanish_and_return(self, number: int) -> None:
        """A scene is cleaned away and scanned again, bare: no value that Plex showed goes with it."""
        self.settle()
        scene = self.a_scene(number)
        if scene is None or not scene["files"] or len(self.scenes()) <= 3:
            return
        mine = {PLEX_PATHS[file["path"]] for file in scene["files"]} & set(self.linked())
        before = {path: shown_by(self.items()[path]) for path in mine}
        self.stash(save("scene", "Destroy"), id=scene["id"])
        self.see()
        self.agent.work()
        self.stash(save("scene", "Create"), file_ids=[file["id"] for file in scene["files"]])
        self.settle()
        for path in mine & set(self.linked()):
            shown = shown_by(self.items()[path])
            assert all(shown[of] == before[path][of] for of in TEXTS), (path, before[path], shown)
            assert all(shown[of] >= before[path][of] for of in LISTS), (path, before[path], shown)

    @rule(source=NUMBERS, into=NUMBERS)
    def merge_scenes(self, source: int, into: int) -> None:
        one, other = self.a_scene(source), self.a_scene(into)
        if one is not None and other is not None and one["id"] != other["id"] and len(self.scenes()) > 3:
            self.stash(MERGE_SCENES, source=[one["id"]], destination=other["id"])

    @rule(path=st.sampled_from(list(PLEX_PATHS)), into=NUMBERS)
    def assign_file(self, path: str, into: int) -> None:
        library, scene = self.servers.stash.stash.library, self.a_scene(into)
        file = library.file_at(path)
        if file is None or scene is None:
            return
        owner = library.scene_of(file)
        if owner is not None and (owner.file_ids[0] == file.id or str(owner.id) == scene["id"]):
            return
        self.stash(ASSIGN_FILE, scene_id=scene["id"], file_id=str(file.id))

    @rule(number=NUMBERS, of=st.sampled_from(["title", "details", "rating100"]))
    def write_past_stash(self, number: int, of: str) -> None:
        """An execSQL moves no time stamp, and no listing tells the details."""
        scene = self.a_scene(number)
        if scene is None:
            return
        fresh = self.fresh()
        value = 1 + fresh % 100 if of == "rating100" else f"S{scene['id']} {of} {fresh}"
        self.needs_deep = self.needs_deep or of == "details"
        self.servers.control("stash", "POST", "raw_scene", {"id": scene["id"], of: value})
        self.observe()

    @rule()
    def watch_something(self) -> None:
        """A write that changes nothing PlexSync cares about."""
        self.servers.control("stash", "POST", "silent_write")

    # -- people and agents at Plex ------------------------------------------------------------------------------------

    def at_plex(self, path: str) -> Json | None:
        """An item, a second later: what is done to it is not done in the very second of our own write."""
        self.tally["happenings in Plex"] += 1
        self.time.passed += 1.1
        item = self.items().get(path)
        return item if item is not None and _paths(item)[0] == path else None

    @property
    def in_the_middle(self) -> bool:
        """Whether a write may be under way that was planned before what a person does now."""
        return bool(self.agent.held)

    def edit_item(self, item: Json, **body: Any) -> None:
        self.servers.control("plex", "POST", f"items/{item['ratingKey']}", body)

    @rule(path=PLACES, of=TEXT_FIELDS, how=st.sampled_from(["new", "new", "none"]))
    def type_in_plex(self, path: str, of: str, how: str) -> None:
        item = self.at_plex(path)
        if item is None or (how == "none" and of == "title"):
            return
        fresh = self.fresh()
        value: Any = {
            "originallyAvailableAt": f"19{fresh // 28 % 90 + 10}-07-{fresh % 28 + 1:02}",
            "userRating": (fresh * 7 % 100 + 1) / 10,
        }.get(of, f"Typed {fresh}")
        self.edit_item(item, set={of: None if how == "none" else value}, lock=[] if of == "userRating" else True)
        text = f"{value:g}" if of == "userRating" else str(value)
        place = self.places[path]
        doubtful = self.in_the_middle or (of == "userRating" and text in place.said[of])
        place.type_in(of, "" if how == "none" else text, doubtful=doubtful)

    @rule(path=PLACES, of=LIST_FIELDS, known=st.none() | NUMBERS)
    def add_in_plex(self, path: str, of: str, known: int | None) -> None:
        """A person adds a name: one of their own, or one that Stash knows too."""
        item = self.at_plex(path)
        if item is None:
            return
        name = f"Added {self.fresh()}"
        if known is not None and of in TABLES:
            rows = [row["name"] for row in self.library()[f"{TABLES[of]}s"]]
            name = rows[known % len(rows)] if rows else name
        before = [role["tag"] for role in item["Role"]] if of == "Role" else item[of]
        (key,) = names([name])
        if key not in names(before):
            self.edit_item(item, set={of: [*before, name]}, lock=True)
            self.places[path].add_name(of, key, doubtful=self.in_the_middle)

    @rule(path=PLACES, of=LIST_FIELDS, number=NUMBERS)
    def remove_in_plex(self, path: str, of: str, number: int) -> None:
        item = self.at_plex(path)
        if item is None or not item[of]:
            return
        before = [role["tag"] for role in item["Role"]] if of == "Role" else item[of]
        gone = before[number % len(before)]
        self.edit_item(item, set={of: [name for name in before if name != gone]}, lock=True)
        for key in names([gone]):
            self.places[path].remove_name(of, key)
            if self.in_the_middle:
                self.places[path].in_doubt[of].add(key)

    @rule(path=PLACES, of=st.sampled_from([*TEXTS, *LISTS]))
    def unlock_in_plex(self, path: str, of: str) -> None:
        """Opening a lock gives the value away: from then on it is nobody's."""
        item = self.at_plex(path)
        if item is None or of == "userRating":
            return
        self.edit_item(item, unlock=[LOCKS.get(of, of)])
        place = self.places[path]
        if of in LISTS:
            place.added[of] -= {name for name in place.added[of] if any(name in said for said in place.said[of])}
        elif of in place.person:
            place.loose[of].add(place.person[of])
            place.doubt_all(of)

    @rule(path=PLACES, of=st.sampled_from(["summary", "studio", "Genre"]), how=st.sampled_from(["refresh", "match"]))
    def agent_of_plex(self, path: str, of: str, how: str) -> None:
        """Plex's own agent finds something, or the item is matched to another film."""
        item = self.at_plex(path)
        if item is None:
            return
        found = f"Found {self.fresh()}"
        data: Json = {of: [found] if of in LISTS else found}
        place = self.places[path]
        is_open = {one: LOCKS.get(one, one) not in item["locked"] for one in (*TEXTS, *LISTS)}
        if how == "refresh":
            self.servers.control("plex", "POST", f"items/{item['ratingKey']}/agent", data)
            self.servers.control("plex", "POST", f"items/{item['ratingKey']}/refresh")
        else:
            body = {"guid": f"plex://{self.fresh()}", "agent": data}
            self.servers.control("plex", "POST", f"items/{item['ratingKey']}/match", body)
            for one in ("Role", "Genre", "Director"):
                if is_open[one]:
                    place.added[one], place.in_doubt[one] = set(), set()
        if is_open[of] and of in LISTS:
            place.add_name(of, found.casefold(), doubtful=self.in_the_middle)
        elif is_open[of]:
            place.loose[of].add(found)

    @rule(path=PLACES, keep=st.booleans())
    def add_anew(self, path: str, *, keep: bool) -> None:
        """Plex drops an item and adds it again under another rating key."""
        item = self.at_plex(path)
        if item is None:
            return
        self.servers.control("plex", "POST", f"items/{item['ratingKey']}/rekey", {"keep": keep})
        if keep:
            self.places[path].moved = shown_by(item)
        else:
            self.places[path].forget()
        self.observe()

    @rule(path=PLACES, other=PLACES)
    def merge_in_plex(self, path: str, other: str) -> None:
        """One item becomes a version of another: its own metadata go, and it may now be two scenes' item."""
        one, two = self.at_plex(path), self.items().get(other)
        if (
            one is None
            or two is None
            or len(_paths(one)) + len(_paths(two)) > 2
            or one["ratingKey"] == two["ratingKey"]
        ):
            return
        self.servers.control("plex", "POST", f"items/{one['ratingKey']}/merge", {"ids": [two["ratingKey"]]})
        self.places[other].forget()
        self.observe()

    @rule(path=PLACES)
    def split_in_plex(self, path: str) -> None:
        item = self.at_plex(path)
        if item is not None and len(_paths(item)) > 1:
            self.servers.control("plex", "POST", f"items/{item['ratingKey']}/split")
            for piece in _paths(item)[1:]:
                self.places[piece].forget()
            self.observe()

    # -- the agent ----------------------------------------------------------------------------------------------------

    def see(self) -> None:
        """A moment later the watcher polls."""
        self.time.passed += 0.6
        self.turn("watcher")

    def turn(self, part: str) -> None:
        self.tally["turns"] += 1
        self.agent.turn(part)
        self.observe()

    @rule(seconds=st.sampled_from([0.05, 0.6, 2.5, 11.0, 65.0]), parts=st.lists(PARTS, max_size=4))
    def time_passes(self, seconds: float, parts: list[str]) -> None:
        """Some parts have a turn, or two, or none: a poll may be missed, doubled or late."""
        self.time.passed += seconds
        for part in parts:
            self.turn(part)

    @rule()
    def ordinary_life(self) -> None:
        """A second in which all goes as it should."""
        self.time.passed += 1.0
        for part in ("watcher", "worker", "worker", "reconciler"):
            self.turn(part)

    @precondition(lambda self: not self.agent.held)
    @rule(deep=st.booleans(), scope=st.sampled_from(["all", "all", "24h", "settings"]))
    def reconcile(self, *, deep: bool, scope: str) -> None:
        self.agent.reconcile(scope=scope, deep=deep)
        self.observe()

    @rule()
    def sync_by_hand(self) -> None:
        """A person asks for all scenes."""
        self.agent.ask("sync", scope="all", origin="test")
        self.turn("commands")

    @rule(server=SERVERS, when=WHEN, skip=st.integers(0, 6), then=st.lists(PARTS, min_size=1, max_size=2))
    def hold(self, server: str, when: str, skip: int, then: list[str]) -> None:
        """A part is slow: in the middle of its turn others come between."""
        self.tally["holds"] += 1
        if not self.agent.held:
            self.servers.plant(server, kind="hold", when=when, skip=skip)
        for part in then:
            self.turn(part)
        if not self.agent.held:
            self.servers.clear_faults()

    @precondition(lambda self: self.agent.held)
    @rule()
    def go_on(self) -> None:
        self.agent.go_on()
        self.observe()

    @rule()
    def kill(self) -> None:
        """The agent ends where it is, be it in the middle of a batch, and another begins."""
        self.tally["kills"] += 1
        self.agent = self.agent.killed(self.next_folder())
        self.observe()

    @precondition(lambda self: not self.agent.held)
    @rule(part=PARTS, write=st.integers(1, 25))
    def kill_at_a_write(self, part: str, write: int) -> None:
        self.tally["kills"] += 1
        self.agent = self.agent.killed_at(part, write, self.next_folder())
        self.observe()

    @precondition(lambda self: not self.agent.held)
    @rule(
        number=NUMBERS,
        of=EDITED,
        how=st.sampled_from(["new", "none"]),
        server=SERVERS,
        when=WHEN,
        skip=st.integers(0, 2),
        rest=st.booleans(),
    )
    def edit_meanwhile(  # noqa: PLR0913  a rule's arguments
        self, *, number: int, of: str, how: str, server: str, when: str, skip: int, rest: bool
    ) -> None:
        """A scene is edited again while the worker is at it."""
        self.edit_text(number, of, "new")
        self.see()
        self.hold(server, when, skip, ["worker", "worker", "worker"])
        self.time.passed += 3.0
        self.edit_text(number, of, how)
        self.see()
        self.go_on()
        self.maybe(rest=rest)

    @precondition(lambda self: not self.agent.held)
    @rule(number=NUMBERS, of=EDITED, when=WHEN, numbers=SOME, rest=st.booleans())
    def die_while_writing(self, *, number: int, of: str, when: str, numbers: list[int], rest: bool) -> None:
        """The agent is killed at its write to Plex; what it wrote is taken back in Stash before it is there again."""
        self.edit_names(number, "tag", numbers)
        self.edit_text(number, of, "new")
        self.see()
        self.servers.plant("plex", kind="hold", when=when, match={"method": "PUT"})
        self.turn("worker")
        self.servers.clear_faults()
        self.kill()
        self.edit_text(number, of, "none")
        self.edit_names(number, "tag", [])
        self.maybe(rest=rest)

    @precondition(lambda self: not self.agent.held)
    @rule(kind=st.sampled_from(["performer", "tag"]), number=NUMBERS, write=st.integers(1, 6), rest=st.booleans())
    def die_while_noting(self, *, kind: str, number: int, write: int, rest: bool) -> None:
        """The agent is killed as it writes down what it has just seen."""
        self.rename_entity(kind, number)
        self.delete_scene(number)
        self.edit_text(number, "details", "new")
        self.time.passed += 0.6
        self.kill_at_a_write("watcher", write)
        self.maybe(rest=rest)

    def maybe(self, *, rest: bool) -> None:
        """See at once whether all comes right, before anything else can mend it."""
        if rest:
            self.settle()

    # -- servers and clocks -------------------------------------------------------------------------------------------

    @precondition(lambda self: not self.agent.held)
    @rule(
        server=SERVERS,
        when=WHEN,
        kind=st.sampled_from(["status", "reset", "truncate"]),
        status=st.sampled_from([500, 503, 401]),
        skip=st.integers(0, 5),
        times=st.integers(1, 4),
        then=st.lists(PARTS, min_size=1, max_size=3),
    )
    def fail(  # noqa: PLR0913, PLR0917  a rule's arguments
        self, server: str, when: str, kind: str, status: int, skip: int, times: int, then: list[str]
    ) -> None:
        """A server fails before or after it did what it was asked for."""
        self.tally["faults"] += 1
        self.servers.plant(server, kind=kind, when=when, status=status, skip=skip, times=times)
        for part in then:
            self.turn(part)
            self.time.passed += 0.7

    @rule(on=st.booleans())
    def file_falls_silent(self, *, on: bool) -> None:
        """Writes do not show in the file (another machine's disk), or do again."""
        self.servers.control("stash", "POST", "pause_wal", {"on": on})

    @rule(
        whose=st.sampled_from(["agent", "stash", "both", "plex"]),
        seconds=st.sampled_from([-86_403.0, -3_607.0, -31.0, 37.0, 3_611.0, 86_423.0]),
    )
    def clock_jumps(self, whose: str, seconds: float) -> None:
        if whose == "plex":
            self.time.plex_off += seconds
            self.needs_deep = self.needs_deep or seconds < 0  # Plex's stamps then stand still
            return
        if whose in {"agent", "both"}:
            self.time.agent_off += seconds
        if whose in {"stash", "both"}:
            self.time.stash_off += seconds

    @rule(of=st.sampled_from([*TEXTS, *LISTS]), policy=st.sampled_from(["merge", "merge", "off", "stash", "fill"]))
    def change_policy(self, of: str, policy: str) -> None:
        if policy == "stash" and of in LISTS:
            policy = "mirror"
        self.settings[f"policy_{POLICY[of]}"] = policy
        if policy in EXACT:
            for place in self.places.values():
                place.doubt_all(of)
        self.agent.configure(**self.settings)
        self.needs_full_scan = True
        self.observe()

    @rule()
    def add_path_map(self) -> None:
        self.settings["path_map"] = "/data => /media; /other => /media2"
        self.agent.configure(**self.settings)
        self.needs_full_scan = True

    # -- what must be true in the end ---------------------------------------------------------------------------------

    @rule()
    def settle(self) -> None:
        """Servers are well, people rest, time passes: then Plex shows what it must."""
        self.tally["quiet times"] += 1
        self.servers.clear_faults()
        self.agent.go_on()
        for pause in QUIET:
            self.time.passed += pause
            for part in ("commands", "watcher", "watcher", *("reconciler",) * self.needs_full_scan):
                self.agent.turn(part)
            self.agent.work()
        self.observe()
        dead = {count.cause for count in self.agent.store.jobs.counts() if count.state is State.DEAD}
        assert dead <= OF_ONE_SCENE, "a server's trouble gave up a scene"
        if self.agent.store.jobs.retry_dead(self.time.agent()):
            self.agent.work()
        if self.needs_deep:
            self.agent.reconcile(deep=True)
            assert self.agent.outcome[0] == "done", self.agent.outcome
            self.agent.work()
        self.needs_full_scan = self.needs_deep = False
        self.observe()
        self.right()

    def linked(self) -> Iterator[str]:
        """The first files of items that a scene has for itself, and that a path map leads to.

        A scene that shares one item with another is in doubt as a whole.
        """
        owners = {paths: {self.owner[one] for one in paths if one in self.owner} for paths in self.all_paths()}
        in_doubt = set[str]().union(*(found for found in owners.values() if len(found) > 1))
        for (path, *_), found in owners.items():
            if path in self.said and not found & in_doubt and self.is_mapped(path):
                yield path

    def all_paths(self) -> set[tuple[str, ...]]:
        return {_paths(item) for item in self.items().values()}

    def is_mapped(self, path: str) -> bool:
        return not path.startswith("/media2/") or "/other" in self.settings["path_map"]

    def right(self) -> None:
        items, policies = self.items(), self.policies()
        shown = {path: shown_by(items[path]) for path in self.linked()}
        complaints = {path: list(self.places[path].wrong(shown[path], policies)) for path in shown}
        wrong = {path: found for path, found in complaints.items() if found}
        assert not wrong, wrong
        for path, shows in shown.items():
            self.places[path].settle(shows, policies)

    def nothing_left_to_write(self) -> None:
        """A second run, by whichever way, writes nothing."""
        before = self.written()
        self.agent.reconcile()
        self.agent.work()
        self.agent.ask("sync", scope="all", origin="test")
        self.agent.turn("commands")
        self.agent.work()
        assert self.written() == before, "a second run writes"

    def written(self) -> int:
        methods = self.servers.control("plex", "GET", "requests?counts=1")["methods"]
        return sum(methods.get(method, 0) for method in ("PUT", "POST", "DELETE"))

    def explained(self) -> None:
        """Every difference that remains is explained by `why`, as is every scene without an item."""
        items = self.items()
        scenes = self.scenes()
        asked = [scene for scene in scenes if self.differs(scene, items)] or scenes[-1:]
        with open_data(self.agent.folder, {}) as opened:
            for scene in asked:
                told = why(opened, int(scene["id"]))
                assert told.trouble is None, told.trouble
                by_key = {view.rating_key: view for view in told.items}
                for file in scene["files"]:
                    path = PLEX_PATHS[file["path"]]
                    if path not in set(self.linked()):
                        assert told.reasons, (scene["id"], path)
                        continue
                    view = by_key[items[path]["ratingKey"]]
                    self.explains(path, shown_by(items[path]), {one.field: one for one in view.fields})
                if not scene["files"] or not by_key:
                    assert told.verdict != "linked"
                    assert told.reasons

    def differs(self, scene: Json, items: dict[str, Json]) -> bool:
        """Whether one of a scene's items is missing, or shows anything else than the scene says."""
        paths = [PLEX_PATHS[file["path"]] for file in scene["files"]]
        return any(
            path not in items or any(shown_by(items[path])[of] != self.said[path][of] for of in (*TEXTS, *LISTS))
            for path in paths
        )

    def explains(self, path: str, shown: Json, views: dict[str, Any]) -> None:
        for of in (*TEXTS, *LISTS):
            view = views[POLICY[of]]
            said = self.said[path][of]
            if self.policy(of) == "off":
                assert view.outcome == "off"
            elif shown[of] == said or (of == "title" and not said and shown[of] in self.said[path]["files"]):
                assert view.outcome in {"in sync", "kept"}, (path, of, view)
            else:
                assert view.outcome == "kept", (path, of, view)
                assert view.advice.text


def _paths(item: Json) -> tuple[str, ...]:
    return tuple(part["path"] for media in item["media"] for part in media["parts"])

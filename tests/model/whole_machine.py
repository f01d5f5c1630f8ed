"""A state machine over all of PlexSync's real parts and both simulators: whatever happens, no edit is lost.

Rules are what people, servers, clocks and the operating system do. The conditions for the end stand in
``whole_oracle``.
"""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from whole_agent import Agent, write_settings
from whole_oracle import EXACT, LISTS, POLICY, TEXTS, shown_by
from whole_people import EDITED, NUMBERS, SOME, WholePeople
from whole_stage import PATHS, paths_of
from whole_world import PLEX_PATHS, plex_library, save, stash_library

from plexsync.domain.errors import ImageRejected, ItemGone, ItemRejected, NotApplied, SceneFails, SceneUnreadable
from plexsync.store.jobs import State
from plexsync.usecases.opening import open_data
from plexsync.usecases.why import why
from plexsync_simulators.shared.json_type import Json

OF_ONE_SCENE = {one.code for one in (ImageRejected, ItemGone, ItemRejected, NotApplied, SceneFails, SceneUnreadable)}
"""Causes that may give up a scene; PlexSync's own failures may not."""

QUIET = (0.5, 2.0, 4.0, 12.0, 61.0, 61.0, 61.0, 700.0, 3700.0, *8 * (0.3,), 61.0)
"""Seconds between the polls of a quiet time; in its course every back-off and every full scan comes due."""

SERVERS = st.sampled_from(["plex", "plex", "stash"])
WHEN = st.sampled_from(["before", "after"])
PARTS = st.sampled_from(["watcher", "worker", "worker", "reconciler"])


class Whole(WholePeople):
    """Stash, Plex, people at both, and an agent between them: all that can happen, and what must be true then."""

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
        if self.agent.store.queue.retry_dead(self.time.agent()):
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
        return {paths_of(item) for item in self.items().values()}

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

    def explains(self, path: str, shown: Json, views: Json) -> None:
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

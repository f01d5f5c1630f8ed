"""An agent between both servers, and an oracle of its own: what Plex must show is worked out from Stash's dump here,
in a dozen lines that share nothing with the product.
"""

from __future__ import annotations

import os
import signal
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from plexsync.store import Store
from plexsync.store.jobs import Job, State
from plexsync.store.state import AGENT_STATUS, PATH_MAP, SCANNED_AT, AgentStatus
from plexsync_simulators.rig import Rig
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import World, make_world, to_plex

AT_ONCE = {"read_latency_ms": 0, "write_latency_ms": 0}
Shown = Json


def clean(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def names(found: list[str]) -> frozenset[str]:
    return frozenset(clean(name).casefold() for name in found if clean(name))


def stem(path: str) -> str:
    return clean(path.rsplit("/", 1)[1].rsplit(".", 1)[0])


def nfc(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def expected(scene: Json, named: Mapping[str, Mapping[str, str]]) -> Shown:
    """Return the proper state of this scene's item; "title" is None where Plex may keep a file's name."""
    rating = scene["rating100"]
    return {
        "title": clean(scene["title"]) or None,
        "summary": clean(scene["details"]),
        "originallyAvailableAt": f"{scene['date']}-01-01"[:10] if scene["date"] else "",
        "studio": clean(named["studios"].get(scene["studio_id"], "")),
        "userRating": rating / 10 if rating else None,
        "Role": names([named["performers"][one] for one in scene["performer_ids"]]),
        "Genre": names([named["tags"][one] for one in scene["tag_ids"]]),
        "Director": names((scene["director"] or "").split(",")),
        "Collection": names([named["groups"][one] for one, _ in scene["group_ids"]]),
    }


def shown(item: Json) -> Shown:
    """Return an item of the simulated Plex in the same form."""
    return {
        "title": clean(item["title"]),
        "summary": clean(item.get("summary")),
        "originallyAvailableAt": item.get("originallyAvailableAt", ""),
        "studio": clean(item.get("studio")),
        "userRating": item.get("userRating") or None,
        "Role": names([role["tag"] for role in item["Role"]]),
        **{name: names(item[name]) for name in ("Genre", "Director", "Collection")},
    }


class Stage(Rig):
    """A rig with what the tests of the agent ask again and again; its Plex answers at once unless it is told not to."""

    _store: Store | None = None

    def __init__(self, world: World, *, plex_options: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(world, plex_options={**AT_ONCE, **(plex_options or {})}, **options)

    @property
    def store(self) -> Store:
        """The agent's memory, by a connection of the test's own."""
        if self._store is None:
            self._store = Store(self.data)
        return self._store

    @property
    def told(self) -> AgentStatus:
        """The agent's own status."""
        return self.store.state.get(AGENT_STATUS, AgentStatus())

    def forget_store(self) -> None:
        """Close the test's own connection; the next use opens another."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def close(self) -> None:
        self.forget_store()
        super().close()

    def begin(self, **environment: str) -> None:
        """Start the agent and wait until it has settled down."""
        self.start_agent(**environment)
        self.wait_until(lambda: self.store.state.get(SCANNED_AT) and self.store.state.get(PATH_MAP), 30)
        self.wait_idle(30)

    @contextmanager
    def frozen_agent(self) -> Iterator[None]:
        """Keep the agent from noticing and doing anything, though it lives."""
        os.kill(self.agent_pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.agent_pid, signal.SIGCONT)

    def wait_idle(self, seconds: float) -> None:
        """Wait until nothing could be worked on; says what is left if not."""
        try:
            self.wait_until(self.is_idle, seconds)
        except TimeoutError:
            left = self.store.connection.execute(
                "SELECT * FROM job WHERE state != 'done' AND due_at <= ?", (time.time(),)
            )
            facts = ([tuple(row) for row in left][:9], self.store.state.get(AGENT_STATUS))
            raise AssertionError(f"not idle after {seconds} s: {facts}\n{self.log()[-3000:]}") from None

    def is_idle(self) -> bool:
        """Whether nothing could be worked on now."""
        return self.store.jobs.ready(time.time()) == 0

    def sync_all(self, seconds: float = 60.0) -> None:
        """Ask for a full sync as a task does and wait until the queue is through."""
        self.ask("sync", {"scope": "all", "origin": "test"}, seconds)
        self.wait_idle(seconds)

    def ask(self, name: str, arguments: Json, seconds: float = 20.0) -> None:
        """Leave a command and listen until it is done."""
        command = self.store.commands.ask(name, arguments, time.time())

        def ended() -> bool:
            self.store.commands.listen(command, time.time())
            found = self.store.commands.get(command)
            return found is not None and found.state == "done"

        self.wait_until(ended, seconds)

    def job(self, scene_id: str | int) -> Job:
        """A scene's job."""
        job = self.store.jobs.get(int(scene_id))
        assert job is not None, f"no job for scene {scene_id}"
        return job

    def jobs_by_state(self) -> dict[tuple[State, str], int]:
        return {(count.state, count.cause): count.number for count in self.store.jobs.counts()}

    def differences(self) -> dict[str, Shown]:
        """Every item that does not show what its scene says: file to {field: (wanted, shown)}."""
        dump = self.stash.control("GET", "dump")
        named = {
            kind: {row["id"]: row["name"] for row in dump[kind]} for kind in ("tags", "performers", "studios", "groups")
        }
        claims: dict[str, list[Json]] = {}
        items = {nfc(path): item for path, item in self.items().items()}
        for scene in dump["scenes"]:
            for file in scene["files"]:
                item = items.get(nfc(mapped(file["path"])))
                if item is not None and scene not in claims.setdefault(item["ratingKey"], []):
                    claims[item["ratingKey"]].append(scene)
        by_key = {item["ratingKey"]: item for item in items.values()}
        wrong = {key: compare(scenes[0], by_key[key], named) for key, scenes in claims.items() if len(scenes) == 1}
        return {by_key[key]["media"][0]["parts"][0]["path"]: fields for key, fields in wrong.items() if fields}

    def wait_equal(self, seconds: float = 20.0, besides: str = "") -> float:
        """Wait until the queue is through and Plex shows what Stash says everywhere (besides one file's item); says
        what differs if not.
        """
        began = time.monotonic()
        while True:
            wrong = self.differences() if self.is_idle() else None
            if wrong is not None and not wrong.keys() - {besides}:
                return time.monotonic() - began
            if time.monotonic() - began > seconds:
                facts = (wrong, self.jobs_by_state(), self.store.state.get(AGENT_STATUS))
                raise AssertionError(f"after {seconds} s: {facts}\n{self.log()[-3000:]}")
            time.sleep(0.15)

    def item_now(self, rating_key: str) -> Json:
        """One item, cheaply."""
        found: list[Json] = self.plex.control("GET", f"dump?ids={rating_key}")
        return found[0]

    def plex_counts(self) -> Mapping[str, int]:
        """Requests to Plex since the last reset, by method and kind."""
        report = self.plex.control("GET", "requests?counts=1")
        return {**dict.fromkeys(("GET", "PUT", "POST", "DELETE"), 0), **report["methods"], **report["kinds"]}

    def stash_counts(self) -> Mapping[str, int]:
        """Requests to Stash since the last reset, by kind; the tests' own are mutations."""
        kinds: Mapping[str, int] = self.stash.control("GET", "counters")["kinds"]
        return {**dict.fromkeys(("query", "mutation", "image"), 0), **kinds}

    def reset_counts(self) -> None:
        self.plex.control("POST", "reset_counters")
        self.stash.control("POST", "reset_counters")

    def integrity(self) -> str:
        return str(self.store.connection.execute("PRAGMA integrity_check").fetchone()[0])

    def journal_states(self) -> dict[str, int]:
        rows = self.store.connection.execute("SELECT state, count(*) FROM journal GROUP BY state")
        return {row[0]: row[1] for row in rows}

    def rig_idle(self) -> None:
        """Wait until the queue is through and stays so for a moment, in which the feed has looked again."""
        quiet = 0
        while quiet < 5:
            self.wait_idle(20)
            time.sleep(0.05)
            quiet = quiet + 1 if self.is_idle() else 0

    def mutate_list(self, name: str, /, **values: Any) -> Any:
        """Run a bulk mutation."""
        kind = f"{name[0].upper()}{name[1:]}Input"
        return self.ask_stash(f"mutation Do($input: {kind}!) {{ {name}(input: $input) {{ id }} }}", input=values)[name]

    def mutate(self, name: str, /, **values: Any) -> Any:
        """Run a mutation that takes one input and gives an id or a truth."""
        kind = f"{name[0].upper()}{name[1:]}Input"
        wants_fields = not name.endswith("Destroy")
        body = f"mutation Do($input: {kind}!) {{ {name}(input: $input) {'{ id }' if wants_fields else ''} }}"
        return self.ask_stash(body, input=values)[name]


def mapped(path: str) -> str:
    try:
        return to_plex(path)
    except ValueError:
        return path


def compare(scene: Json, item: Json, named: Mapping[str, Mapping[str, str]]) -> Shown:
    want, have = expected(scene, named), shown(item)
    if want["title"] is None:
        files = [part["path"] for media in item["media"] for part in media["parts"]]
        file_names = {stem(path) for path in [*files, *(file["path"] for file in scene["files"])]}
        want["title"] = have["title"] if have["title"] in file_names else f"one of {sorted(file_names)}"
    return {name: (want[name], have[name]) for name in want if want[name] != have[name]}


def single(world: World, count: int) -> list[str]:
    """Scenes with one file, in one item of their own."""
    shared = [scene["id"] for scene in world.stash["scenes"] if len(scene["files"]) == 1]
    return [scene for scene in shared if len(world.belongs.get(scene, ())) == 1][:count]


@contextmanager
def staged(scenes: int = 60, seed: int = 1, **options: Any) -> Iterator[Stage]:
    """A stage with a world of that many scenes; the agent is not started."""
    stage = Stage(make_world(scenes, seed), **options)
    try:
        yield stage
    finally:
        stage.close()


def wait_for(condition: Callable[[], object], seconds: float, what: object = "") -> float:
    """Wait at a finer grain than the rig does; returns the seconds it took."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{what} not within {seconds} s")
        time.sleep(0.01)
    return time.monotonic() - began


def run_at_once(works: list[Callable[[], None]]) -> None:
    """Run in threads; a failure in one of them fails the test."""
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as failure:  # noqa: BLE001  handed to the test
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures

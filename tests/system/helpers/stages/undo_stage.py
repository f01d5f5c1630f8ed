"""Words for undos between both simulated servers: the past of items, a wish, its effect."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

from inside import Inside, item, ready, scene, small_world

from plexsync.agent.commands import CommandRunner
from plexsync.store import Store
from plexsync.store.history.runs import UNDO
from plexsync.store.history.undo import UndoRow, UndoState

BEFORE: Mapping[str, Any] = {
    "title": "harbour.at.dawn.1080p",
    "summary": "What an agent says.",
    "studio": "",
    "Genre": ["Agent's", "Both"],
    "Role": ["Ada Brook", "Somebody"],
}
"""An item before the first sync."""

SHOWN = (
    "title",
    "summary",
    "originallyAvailableAt",
    "studio",
    "userRating",
    "Role",
    "Genre",
    "Director",
    "Collection",
    "Label",
)


class Undos(Inside):
    """A stage of items with a past."""

    def begin_life(self) -> None:
        """Commands have a connection of their own, as in the agent: they hear of what others have written."""
        super().begin_life()
        self.commands = CommandRunner(Store(self.data), self.shared, self.now)

    def key(self, number: int = 1) -> str:
        return str(self.item_of_file(f"{number}.mp4")["ratingKey"])

    def in_plex(self, number: int = 1, *, lock: object = True, **values: object) -> None:
        """Let a person set values in Plex, which locks them."""
        self.plex.control("POST", f"items/{self.key(number)}", {"set": values, "lock": lock})

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """All that an undo may restore of each item: values, locks, the selected picture."""
        return {path: looked(found) for path, found in self.items().items()}

    def last_run(self) -> int:
        """The run of the newest entry in the journal."""
        row = self.store.connection.execute("SELECT run_id FROM journal ORDER BY id DESC LIMIT 1").fetchone()
        return int(row[0])

    def title_run(self) -> int:
        """The run that last wrote the title of the first scene."""
        entries = [one for one in self.store.journal.written_to(1) if one.field.value == "title"]
        return entries[0].run_id

    def ask_undo(self, run: int, **more: object) -> int:
        """Ask for an undo and let the agent note it; returns the undo's run."""
        command = self.store.commands.ask("undo", {"run": run, "origin": "test", **more}, self.now())
        self.commands.turn()
        found = self.store.commands.get(command)
        assert found is not None
        assert found.state == "done", found.result
        return int(found.result["run"])

    def undo(self, run: int, **more: object) -> int:
        """Take back a run, to its end; returns the undo's run."""
        undo = self.ask_undo(run, **more)
        self.work_on()
        self.commands.turn()
        assert not self.store.runs.running(UNDO)
        return undo

    def work_on(self) -> None:
        """Work until nothing is left to try again: a hostile Plex shows edits late, and wants a rest now and then."""
        for _ in range(8):
            for _ in range(100):
                if not self.worker.turn():
                    break
            if self.store.jobs.next_due() is None and self.worker.breaker.trip is None:
                break
            self.later += 120.0
            time.sleep(0.35 if self.worker.breaker.trip is None else 1.1)  # the lag and the limit are the server's own
        self.work()

    def first_sync(self) -> int:
        """Bring all scenes over as one run, which is returned."""
        command = self.store.commands.ask("sync", {"scope": "all", "origin": "test", "allowed": True}, self.now())
        self.commands.turn()
        found = self.store.commands.get(command)
        assert found is not None
        self.work_on()
        self.commands.turn()
        return int(found.result["run"])

    def rows(self, undo: int, state: UndoState = UndoState.STAYS) -> tuple[UndoRow, ...]:
        return self.store.undos.of_run(undo, state, 0, 1000)

    def sync_again(self, **reconcile: object) -> None:
        """Do all that could write something again: a full sync, and a run that reads everything."""
        self.enqueue(*[scene["id"] for scene in self.world.stash["scenes"]])
        self.work_on()
        self.reconcile(deep=True, **reconcile)
        self.work_on()


def looked(found: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: found.get(name) or "" for name in SHOWN}
    lists = {name: sorted(set(_names(value))) for name, value in shown.items() if isinstance(value, list)}
    picture = (found.get("thumb") or {}).get("sha1", "")
    return {**shown, **lists, "locked": sorted(found["locked"]), "picture": picture}


def _names(value: list[Any]) -> Iterator[str]:
    for one in value:
        yield str(one["tag"] if isinstance(one, dict) else one)


def past(number: int = 1, *, cover: bool = False, **options: Any) -> AbstractContextManager[Undos]:
    """So many scenes with values of their own, and items on which an agent has said something else."""
    more = {"cover": {"seed": 1}} if cover else {}
    scenes = [
        scene(
            one,
            f"{one}.mp4",
            title=f"Harbour {one}",
            details=f"Of Stash {one}.",
            date="2024-05-01",
            rating100=80,
            tag_ids=["1", "2"],
            performer_ids=["1"],
            director="A. Smith",
            **more,
        )
        for one in range(1, number + 1)
    ]
    world = small_world(
        *scenes,
        items=[{**item(f"{one}.mp4"), **BEFORE} for one in range(1, number + 1)],
        tags=[{"id": "1", "name": "Both"}, {"id": "2", "name": "Stash's"}],
        performers=[{"id": "1", "name": "Mira Lund"}],
    )
    options.setdefault("settings", {}).setdefault("no_startup_reconcile", True)
    return ready(Undos(world, **options))

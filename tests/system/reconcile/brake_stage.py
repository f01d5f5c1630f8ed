"""The deeds of the tests of brakes: much is taken away past Stash, and a sync is asked for."""

from __future__ import annotations

from contextlib import closing

from agent_stage import single
from inside import Found, Inside

from plexsync.store import Store

SETTINGS = {"image_poster": "off", "brake_items": 10}


def empty_many(stage: Inside, number: int, updated_at: str | None = "2021-01-01T00:00:00Z") -> list[str]:
    """Take the performers from many scenes past Stash, as an import gone wrong would; None keeps their stamps."""
    documents = {scene["id"]: scene for scene in stage.stash.control("GET", "dump")["scenes"]}
    chosen = [scene for scene in single(stage.world, 80) if documents[scene]["performer_ids"]][:number]
    assert len(chosen) == number
    for scene in chosen:
        stamp = {} if updated_at is None else {"updated_at": updated_at}
        stage.stash.control("POST", "raw_scene", {"id": scene, "performer_ids": [], **stamp})
    return chosen


def reasons(found: Found) -> list[str]:
    return [brake["code"] for brake in found.result.get("brakes", ())]


def sync(stage: Inside, *, allowed: bool = False) -> None:
    arguments = {"scope": "all", "origin": "test", "allowed": allowed}
    with closing(Store(stage.data)) as another_process:
        another_process.commands.ask("sync", arguments, stage.now())
    stage.commands.turn()
    stage.work()

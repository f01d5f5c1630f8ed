"""Undo by the command line, an agent and both servers as processes: preview first, a kill in the middle, its pace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from agent_stage import Stage
from command_line import plexsync
from inside import item, scene, small_world
from undo_stage import BEFORE, looked

NUMBER = 120


@pytest.fixture
def stage() -> Iterator[Stage]:
    scenes = [scene(one, f"{one}.mp4", title=f"Harbour {one}", details=f"Of {one}.") for one in range(1, NUMBER + 1)]
    items = [{**item(f"{one}.mp4"), **BEFORE, "title": f"file {one}"} for one in range(1, NUMBER + 1)]
    stage = Stage(
        small_world(*scenes, items=items),
        settings={"image_poster": "off", "no_startup_reconcile": True},
        plex_options={"write_latency_ms": 20},
    )
    try:
        stage.begin()
        yield stage
    finally:
        stage.close()


def snapshot(stage: Stage) -> dict[str, object]:
    return {path: looked(found) for path, found in stage.items().items()}


def test_a_run_is_shown_first_then_undone_though_the_agent_is_killed_in_the_middle(stage: Stage) -> None:
    before = snapshot(stage)
    stage.sync_all()
    synced = snapshot(stage)
    run = stage.store.journal.last_run_of(1)

    preview = plexsync(stage.data, "undo", run, "--dry-run", "--json").document
    assert (preview["scenes"], preview["going"], preview["staying"]) == (NUMBER, NUMBER, 0)
    assert {line["then"] for line in preview["lines"] if line["field"] == "summary"} == {BEFORE["summary"]}
    assert snapshot(stage) == synced, "a preview writes nothing"
    asked = plexsync(stage.data, "undo", run)
    assert (asked.code, "--yes" in asked.err) == (2, True), "nobody is there to be asked"

    begun = plexsync(stage.data, "undo", run, "--yes", "--no-wait", "--json").document
    stage.wait_until(lambda: 0 < gone_back(stage, before) < NUMBER, 20)
    stage.kill_agent()
    assert written(stage, begun["run"]) <= gone_back(stage, before), "nothing is called written that did not arrive"
    stage.start_agent()
    stage.wait_until(lambda: stage.store.undos.counts(begun["run"]) == {"back": NUMBER}, 40)
    assert snapshot(stage) == before

    assert f"You took back values of {NUMBER} scenes" in plexsync(stage.data, "status").out
    why = plexsync(stage.data, "why", "1").out
    assert "You took it back, so it stays until its value in Stash changes." in " ".join(why.split())

    again = plexsync(stage.data, "undo", begun["run"], "--yes")
    assert f"{NUMBER} scenes went back" in again.out, again
    assert snapshot(stage) == synced

    removal = plexsync(stage.data, "remove", "--dry-run", "--json").document
    assert (removal["scenes"], removal["going"]) == (NUMBER, NUMBER)
    refused = plexsync(stage.data, "remove")
    assert (refused.code, "--yes" in refused.err) == (2, True)
    assert snapshot(stage) == synced, "nobody has agreed"
    assert f"{NUMBER} scenes went back" in plexsync(stage.data, "remove", "--yes").out
    assert snapshot(stage) == before


def gone_back(stage: Stage, before: dict[str, object]) -> int:
    return sum(found == before[path] for path, found in snapshot(stage).items())


def written(stage: Stage, run: int) -> int:
    """In how many scenes the journal calls something written, by a run."""
    row = stage.store.connection.execute(
        "SELECT count(DISTINCT scene_id) FROM journal WHERE run_id = ? AND state = 'written'", (run,)
    )
    return int(row.fetchone()[0])

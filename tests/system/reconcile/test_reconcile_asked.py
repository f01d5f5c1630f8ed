"""All that the page asks for reaches the run: how deeply it reads, and where its range begins and ends."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from agent_stage import single
from inside import Inside, inside
from task_menu import until

from plexsync.agent.lock import AgentLock
from plexsync.stash_plugin.argument import all_checked
from plexsync.stash_plugin.operations import catalogue
from plexsync.stash_plugin.operations.operation import PageRequest
from plexsync.usecases.preview.show import PreviewState, preview_state
from plexsync.usecases.runs.steering import RunState
from plexsync_simulators.world import make_world

SCENES = 20


@pytest.fixture(scope="module")
def stage() -> Iterator[Inside]:
    """All in sync, but for a scene that was edited just now, and one that was changed past Stash."""
    with inside(make_world(SCENES, 5), settings={"image_poster": "off", "no_startup_reconcile": True}) as stage:
        stage.sync()
        time.sleep(1.02 - time.time() % 1)
        edited, hidden = single(stage.world, SCENES)[:2]
        stage.edit_scene(edited, title="Edited today")
        stage.stash.control("POST", "raw_scene", {"id": hidden, "details": "written past Stash"})
        yield stage


@pytest.fixture(scope="module")
def plugin(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plugin")
    with zipfile.ZipFile(built / "StashPlexSync.zip") as archive:
        archive.extractall(folder)
    return folder


def ask(stage: Inside, plugin: Path, operation: str, **given: object) -> object:
    """Ask as the page does, by the table of the operations."""
    found = catalogue.load(operation)
    arguments = all_checked(found.arguments, given, "operation")
    return found.ask(PageRequest(stage.data, plugin, time.time, arguments))


def run_of(stage: Inside, plugin: Path, **given: object) -> tuple[int, set[int]]:
    """Have a reconcile started; returns how many scenes it looked at, and those that are stale."""
    lock = AgentLock(stage.data)
    assert lock.take()
    try:
        begun = ask(stage, plugin, "reconcile_start", **given)
    finally:
        lock.release()
    assert isinstance(begun, RunState)
    stage.reconciler.turn()
    state = ask(stage, plugin, "reconcile_state", command=begun.command)
    assert isinstance(state, RunState)
    run = stage.store.runs.get(state.run)
    assert run is not None
    stale = {row.scene_id for row in stage.store.gaps.seen_in(run.id, 0, SCENES) if row.kind == "stale"}
    return int(run.result["scenes"]), stale


def preview_of(stage: Inside, plugin: Path, **given: object) -> PreviewState:
    """Have a preview made by a process of its own, as the page does."""
    ask(stage, plugin, "preview_start", **given)
    until(lambda: not preview_state(stage.data, time.time()).is_under_way)
    return preview_state(stage.data, time.time())


def test_a_run_reads_what_the_page_says(stage: Inside, plugin: Path) -> None:
    edited, hidden = map(int, single(stage.world, SCENES)[:2])
    assert run_of(stage, plugin) == (SCENES, {edited})
    assert run_of(stage, plugin, scope="custom", begin="9d") == (1, {edited})
    assert run_of(stage, plugin, scope="custom", begin="9d", end="1d") == (0, set())
    assert run_of(stage, plugin, deep=True) == (SCENES, {edited, hidden})
    assert run_of(stage, plugin, scope="custom", end="1d")[0] == SCENES, "all were made before"
    assert run_of(stage, plugin, scope="custom", end="2019-12-31")[0] == 0


def test_a_preview_reads_what_the_page_says(stage: Inside, plugin: Path) -> None:
    between = preview_of(stage, plugin, scope="custom", begin="9d", end="1d")
    assert (between.state, between.scenes, between.end, between.deep) == ("done", 0, "1d", False)
    deep = preview_of(stage, plugin, deep=True)
    assert (deep.state, deep.deep, deep.kinds_found["stale"]) == ("done", True, 2)

"""Runs that nobody asks for: by schedule, after a start, after a change of settings; on a clock that is passed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from agent_stage import single
from inside import Inside, inside

from plexsync.runtime.restarts import SAME_START_SECONDS
from plexsync.store.history.runs import Run
from plexsync.store.jobs import State
from plexsync.store.state import NEXT_RECONCILE
from plexsync_simulators.world import make_world

SETTINGS = {"image_poster": "off"}
HOUR, DAY = 3600.0, 86400.0


@pytest.fixture
def stage() -> Iterator[Inside]:
    with inside(make_world(30, 4), settings=SETTINGS) as stage:
        stage.sync()
        turn(stage)
        yield stage


def next_due(stage: Inside) -> float:
    planned = stage.store.state.get(NEXT_RECONCILE)
    return (planned and planned.at) or 0.0


def turn(stage: Inside, later: float = 0.0) -> None:
    """Let so much time pass, and the reconciler look."""
    stage.later += max(later, 6.0)
    stage.reconciler.turn()


def runs(stage: Inside) -> list[Run]:
    return list(stage.store.runs.newest_of("reconcile", 100))


def origins(stage: Inside) -> list[str]:
    return [run.origin for run in runs(stage)]


def test_a_start_is_followed_by_one_run_over_the_last_day(stage: Inside) -> None:
    assert [(run.origin, run.scope, run.state) for run in runs(stage)] == [("agent start", "24h", "done")]
    turn(stage, 60)
    assert len(runs(stage)) == 1
    stage.shared.starts.stash_came_back()
    turn(stage)
    stage.shared.starts.stash_came_back()
    turn(stage)
    assert origins(stage) == ["Stash start", "agent start"], "the second sign is of the same start"
    stage.later += SAME_START_SECONDS
    stage.shared.starts.stash_came_back()
    turn(stage)
    assert origins(stage)[0] == "Stash start"
    assert len(runs(stage)) == 3


def test_what_was_edited_while_no_agent_ran_is_found_at_the_start() -> None:
    with inside(make_world(30, 4), settings=SETTINGS) as stage:
        stage.sync()
        (scene,) = single(stage.world, 1)
        stage.edit_scene(scene, title="Edited meanwhile")
        turn(stage)
        assert stage.job(scene).state is State.QUEUED
        assert stage.job(scene).origin == "reconcile"


def test_a_run_at_the_start_can_be_switched_off() -> None:
    with inside(make_world(30, 4), settings={**SETTINGS, "no_startup_reconcile": True}) as stage:
        turn(stage)
        assert runs(stage) == []


def test_it_runs_once_a_day_unless_told_otherwise(stage: Inside) -> None:
    turn(stage)
    due = next_due(stage)
    assert 0.95 * DAY - 10 <= due - stage.now() <= 1.05 * DAY
    turn(stage, 0.9 * DAY)
    assert len(runs(stage)) == 1
    turn(stage, 0.2 * DAY)
    assert next((run.origin, run.scope) for run in runs(stage)) == ("schedule", "all")
    assert next_due(stage) > stage.now() + 0.9 * DAY


def test_what_was_missed_is_caught_up_once(stage: Inside) -> None:
    turn(stage)
    turn(stage, 9 * DAY)
    turn(stage, 60)
    turn(stage, 60)
    assert origins(stage).count("schedule") == 1


@pytest.mark.parametrize(("interval", "seconds"), [("hourly", HOUR), ("weekly", 7 * DAY)])
def test_the_interval_is_a_setting(stage: Inside, interval: str, seconds: float) -> None:
    stage.reload(**SETTINGS, reconcile_interval=interval, reconcile_scope="7days")
    turn(stage)
    turn(stage, 0.9 * seconds)
    assert "schedule" not in origins(stage)
    turn(stage, 0.2 * seconds)
    assert next((run.origin, run.scope) for run in runs(stage)) == ("schedule", "7d")


def test_never_is_never(stage: Inside) -> None:
    stage.reload(**SETTINGS, reconcile_interval="never")
    for _ in range(4):
        turn(stage, 10 * DAY)
    assert "schedule" not in origins(stage)
    assert not next_due(stage)


def test_a_clock_that_was_set_back_does_not_put_it_off_for_long(stage: Inside) -> None:
    turn(stage)
    stage.later -= 400 * DAY
    turn(stage)
    assert next_due(stage) <= stage.now() + 1.05 * DAY


def test_while_paused_nothing_runs_by_itself(stage: Inside) -> None:
    stage.reload(**SETTINGS, paused=True)
    turn(stage, 9 * DAY)
    assert len(runs(stage)) == 1


def test_a_custom_range_that_is_none_runs_nothing_and_says_so(stage: Inside, caplog: pytest.LogCaptureFixture) -> None:
    custom = {"reconcile_scope": "custom", "reconcile_from": "2024-05-02", "reconcile_to": "2024-05-01"}
    stage.reload(**SETTINGS, **custom)
    turn(stage)
    turn(stage, 2 * DAY)
    assert "schedule" not in origins(stage)
    assert "reconcile_from" in caplog.text
    stage.reload(**SETTINGS, **{**custom, "reconcile_to": "2024-05-02"})
    turn(stage, 2 * DAY)
    assert runs(stage)[0].scope == "custom"


def test_a_server_that_is_away_is_tried_again_soon_and_the_run_is_not_forgotten(stage: Inside) -> None:
    turn(stage)
    stage.plex.control("POST", "starting", {"on": True})
    turn(stage, 2 * DAY)
    assert len(runs(stage)) == 1, "a server that is away from the start leaves no row a minute"
    stage.plex.control("POST", "starting", {"on": False})
    turn(stage, 10)
    assert len(runs(stage)) == 1, "not at once"
    turn(stage, 100)
    assert (runs(stage)[0].state, runs(stage)[0].origin) == ("done", "schedule")
    turn(stage, 400)
    assert len(runs(stage)) == 2


def test_another_policy_makes_all_synced_scenes_wanted_that_it_concerns(stage: Inside) -> None:
    turn(stage)
    stage.reload(**SETTINGS, policy_labels="merge", label_all="From Stash")
    turn(stage)
    assert next((run.origin, run.scope, run.state) for run in runs(stage)) == ("changed settings", "all", "done")
    stage.work()
    assert all("From Stash" in stage.item_of(scene)["Label"] for scene in single(stage.world, 10))
    turn(stage)
    turn(stage)
    assert origins(stage).count("changed settings") == 1
    found = stage.reconcile()
    assert found.result["queued"] == 0


def test_another_policy_wakes_the_scheduler_however_long_it_waits(stage: Inside) -> None:
    beats = stage.shared.changes.wait(-1, 0.0)
    stage.reload(**SETTINGS, policy_labels="merge")
    assert stage.shared.changes.wait(beats, 0.0) > beats


def test_a_change_of_settings_is_no_reason_to_sync_what_never_was() -> None:
    with inside(make_world(30, 4), settings=SETTINGS) as stage:
        turn(stage)
        turn(stage)
        stage.reload(**SETTINGS, policy_labels="merge", label_all="From Stash")
        turn(stage)
        assert origins(stage)[0] == "changed settings"
        assert not stage.store.jobs.ready(stage.now())


def test_a_cover_switched_on_as_background_is_brought_to_all(stage: Inside) -> None:
    turn(stage)
    stage.reload(image_poster="off", image_art="on")
    turn(stage)
    stage.reset_counts()
    stage.work()
    assert stage.plex_counts()["POST"] > 0


def test_what_an_agent_left_running_when_it_was_killed_is_stopped(stage: Inside) -> None:
    run = stage.store.runs.start("reconcile", "schedule", "all", stage.now())
    stage.commands.tidy_up()
    found = stage.store.runs.get(run)
    assert found is not None
    assert found.state == "stopped"

"""Answers of another shape than they ought to have, from both servers, while people edit: nothing breaks."""

from __future__ import annotations

import logging
from random import Random

import pytest
from agent_stage import single
from inside import Inside, inside
from noisy_line import noisy_line

from plexsync.domain.errors import PlexSyncError
from plexsync.store.jobs import State
from plexsync_simulators.world import make_world

SETTINGS = {"image_poster": "off", "max_attempts": 100, "no_startup_reconcile": True}


def test_spoilt_answers_break_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with (
        inside(make_world(24, 1), settings=SETTINGS) as stage,
        noisy_line(stage.plex.url, 1) as plex,
        noisy_line(stage.stash.url, 11) as stash,
    ):
        stage.sync()
        stage.reload(**SETTINGS, plex_url=plex.url, stash_url=stash.url)
        plex.share = stash.share = 0.4
        work_in_noise(stage, Random(1))
        assert plex.spoilt > 10
        assert stash.spoilt > 10
        plex.share = stash.share = 0.0
        stage.later += 24 * 3600.0
        stage.sync()
        stage.poll()
        stage.work()
        assert stage.differences() == {}
        assert stage.integrity() == "ok"
        assert not any(state is State.DEAD for state, _ in stage.jobs_by_state())
        stage.reset_counts()
        stage.sync()
        assert stage.plex_counts()["PUT"] == 0
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]


def work_in_noise(stage: Inside, rng: Random) -> None:
    """Edit, look, work and compare, with a clock that is in a hurry."""
    scenes = single(stage.world, 8)
    for number in range(12):
        stage.edit_scene(rng.choice(scenes), title=f"Noise {number}", details=f"Said {number}", rating100=None)
        stage.enqueue(*rng.sample(scenes, 3))
        stage.later += 61
        for _ in range(5):
            stage.settings.reload()
        stage.stash_watcher.turn(lambda _: None)
        for _ in range(3):
            stage.worker.turn()
            stage.later += 6
        if number == 6:
            try:
                stage.reconcile(deep=True, allowed=True)
            except PlexSyncError as error:
                assert error.scope.value == "server"  # noqa: PT017  as it should be

"""The waiting jobs that a change of settings wakes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from plexsync.domain.settings import Settings, resolve
from plexsync.runtime.context import PLEX, Context
from plexsync.runtime.settings_change import causes_to_wake
from plexsync.store import Store
from plexsync.store.files.settings_file import SettingsFile

WAITING = {"missing", "ambiguous", "dry_run", "item_rejected", "brake"}


def changed(**values: object) -> frozenset[str]:
    before = resolve({}, {}, {})
    after: Settings = replace(before, values={**before.values, **values})  # type: ignore[dict-item]
    return causes_to_wake(before, after, WAITING)


@pytest.mark.parametrize("key", ["log_level", "history_days", "reconcile_interval", "paused", "poll_seconds"])
def test_what_matters_to_nobody_wakes_nobody(key: str) -> None:
    assert changed(**{key: "another"}) == frozenset()


@pytest.mark.parametrize("key", ["plex_libraries", "path_map", "plex_url", "stash_url", "plex_token"])
def test_what_decides_the_item_wakes_all(key: str) -> None:
    assert changed(**{key: "another"}) == WAITING


@pytest.mark.parametrize("key", ["dry_run", "policy_title", "label_all", "actor_photos", "read_timeout"])
def test_what_decides_what_is_written_wakes_those_that_have_their_item(key: str) -> None:
    assert changed(**{key: "another"}) == {"dry_run", "item_rejected", "brake"}


def test_every_setting_is_judged_and_two_at_once_count_together() -> None:
    assert changed(log_level="debug", dry_run=True) == {"dry_run", "item_rejected", "brake"}
    assert changed(log_level="debug", path_map="x") == WAITING


def test_another_session_with_the_same_settings_wakes_all() -> None:
    assert changed() == WAITING


def test_a_new_log_level_keeps_the_client_for_plex(tmp_path: Path) -> None:
    environment = {"PLEXSYNC_PLEX_URL": "http://plex:32400", "PLEXSYNC_PLEX_TOKEN": "t"}
    with closing(Store(tmp_path)) as store:
        context = Context(tmp_path, environment)
        context.refresh(store)
        before = context.plex(PLEX)
        SettingsFile(tmp_path).set("log_level", "debug")
        assert context.refresh(store)
        assert context.plex(PLEX) is before
        SettingsFile(tmp_path).set("read_timeout", 5)
        context.refresh(store)
        assert context.plex(PLEX) is not before

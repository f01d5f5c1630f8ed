"""Pausing and the dry run, switched by a person in the middle of the work."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexsync.store.files.settings_file import SettingsFile
from plexsync.usecases.refusal import Refused
from plexsync.usecases.settings.switches import SWITCHES, switch


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_stays_as_it_was_put(tmp_path: Path, name: str) -> None:
    assert switch(tmp_path, name, on=True).on
    assert SettingsFile(tmp_path).read()[name] is True
    assert not switch(tmp_path, name, on=False).on
    assert SettingsFile(tmp_path).read()[name] is False


def test_where_the_environment_decides_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLEXSYNC_PAUSED", "1")
    with pytest.raises(Refused) as refused:
        switch(tmp_path, "paused", on=False)
    assert "PLEXSYNC_PAUSED" in str(refused.value.advice)

"""Settings shown and set; the token is Sup3rS3cret and must never come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexsync.domain.errors import BadSetting, NoSuchSetting
from plexsync.domain.settings import MASK
from plexsync.usecases.opening import open_data
from plexsync.usecases.settings.values import SettingRow, set_value, settings_of

SECRET = "Sup3rS3cret"


def rows(folder: Path, **environment: str) -> dict[str, SettingRow]:
    with open_data(folder, environment) as opened:
        return {row.key: row for row in settings_of(opened.context.settings).rows}


def test_a_value_is_set_shown_and_removed(tmp_path: Path) -> None:
    set_value(tmp_path, "plex_libraries", "Movies; Clips, Old")
    set_value(tmp_path, "read_timeout", "30")
    set_value(tmp_path, "dry_run", "yes")
    set_value(tmp_path, "path_map", "/data => /media")
    found = rows(tmp_path)
    assert (found["plex_libraries"].value, found["plex_libraries"].origin) == ("Movies; Clips, Old", "settings.toml")
    assert found["read_timeout"].value == "30"
    assert found["dry_run"].value == "true"
    assert found["path_map"].value == "/data => /media"
    set_value(tmp_path, "read_timeout", "  ")
    assert (rows(tmp_path)["read_timeout"].value, rows(tmp_path)["read_timeout"].origin) == ("60", "default")


def test_the_environment_wins_and_says_so(tmp_path: Path) -> None:
    set_value(tmp_path, "log_level", "error")
    row = rows(tmp_path, PLEXSYNC_LOG_LEVEL="debug")["log_level"]
    assert (row.value, row.origin) == ("debug", "environment")


def test_a_secret_is_kept_and_never_shown(tmp_path: Path) -> None:
    assert set_value(tmp_path, "plex_token", SECRET).value == MASK
    assert SECRET in (tmp_path / "settings.toml").read_text("utf-8")
    assert (tmp_path / "settings.toml").stat().st_mode & 0o777 == 0o600
    assert SECRET not in repr(rows(tmp_path))


def test_a_bad_value_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    set_value(tmp_path, "plex_url", "http://plex:32400")
    with pytest.raises(BadSetting) as refused:
        set_value(tmp_path, "plex_url", "ftp://plex:32400")
    assert refused.value.data["value"] == "ftp://plex:32400"
    assert rows(tmp_path)["plex_url"].value == "http://plex:32400"


def test_an_unknown_name_gets_the_nearest_ones(tmp_path: Path) -> None:
    with pytest.raises(NoSuchSetting) as unknown:
        set_value(tmp_path, "plex_tokn", "x")
    assert "plex_token" in unknown.value.data["nearest"]
    assert not (tmp_path / "settings.toml").exists()

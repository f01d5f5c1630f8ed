"""Whether the plugin's folder was replaced by an update, is being written to, or is gone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from plexsync.agent.plugin import Plugin


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "StashPlexSync"
    fill(made, "1")
    return made


def fill(folder: Path, version: str) -> None:
    (folder / "plexsync").mkdir(parents=True, exist_ok=True)
    for name in ("hook.py", "plexsync/__init__.py", "StashPlexSync.yml"):
        (folder / name).write_text(f"version {version}", encoding="utf-8")


def test_nothing_moved(folder: Path) -> None:
    plugin = Plugin(folder)
    assert [plugin.fate() for _ in range(3)] == ["same"] * 3


def test_an_update_counts_once_it_is_complete_and_at_rest(folder: Path) -> None:
    plugin = Plugin(folder)
    shutil.rmtree(folder)
    assert plugin.fate() == "changing", "an update removes the folder first"
    folder.mkdir()
    (folder / "hook.py").write_text("version 2.0", encoding="utf-8")
    assert plugin.fate() == "changing"
    assert plugin.fate() == "changing", "half of it is missing"
    fill(folder, "2.0")
    assert plugin.fate() == "changing", "it has just been written"
    assert plugin.fate() == "replaced"


def test_a_removed_plugin(folder: Path) -> None:
    plugin = Plugin(folder)
    shutil.rmtree(folder)
    assert [plugin.fate(), plugin.fate()] == ["changing", "gone"]


def test_a_file_put_back_as_it_was_is_no_update(folder: Path) -> None:
    plugin, yml = Plugin(folder), folder / "StashPlexSync.yml"
    aside = yml.with_suffix(".aside")
    yml.rename(aside)
    assert plugin.fate() == "changing"
    aside.rename(yml)
    assert plugin.fate() == "same"


def test_a_file_of_the_same_size_with_an_older_time_is_another_one(folder: Path) -> None:
    plugin = Plugin(folder)
    os.utime(folder / "hook.py", (1, 1))
    assert [plugin.fate(), plugin.fate()] == ["changing", "replaced"]


def test_the_folders_that_an_uninstallation_leaves_are_taken_away_and_nobodys_file(folder: Path) -> None:
    plugin = Plugin(folder)
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        path.unlink()
    (folder / "lib" / "deep").mkdir(parents=True)
    own = folder / "notes" / "mine.txt"
    own.parent.mkdir()
    own.write_text("mine", encoding="utf-8")
    plugin.clear_away()
    assert sorted(folder.rglob("*")) == [own.parent, own]
    own.unlink()
    plugin.clear_away()
    assert not folder.exists()

"""Files that nobody else may read, also where they were there before, made by an editor or a restore."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plexsync.agent.log import LOG_NAME, open_log
from plexsync.net.redaction import Redactor
from plexsync.store import Store
from plexsync.store.database import connect
from plexsync.store.files import private_file
from plexsync.store.files.settings_file import SettingsFile
from plexsync.store.files.stash_files import StashFiles
from plexsync.store.schema import MIGRATIONS
from plexsync.usecases.check.finding import Grade
from plexsync.usecases.check.health import check
from plexsync.usecases.opening import open_data

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
TOKEN = "a-token-of-nobody"


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.fixture
def everybody_may() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("everybody_may")
def test_whatever_is_made_is_private_under_any_umask(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    connect(folder, MIGRATIONS[:1]).close()
    store = Store(folder)
    SettingsFile(folder).set("plex_token", TOKEN)
    StashFiles(folder).keep_session({"cookie": TOKEN})
    StashFiles(folder).keep_page({"plex_token": TOKEN})
    for handler in (logger := open_log(folder, Redactor())).handlers:
        logger.info("a line")
        handler.close()
    made = {path.name: mode(path) for path in folder.iterdir()}
    store.close()
    logger.handlers.clear()
    assert mode(folder) == oct(0o700)
    assert {"state.db", "state.db-wal", "state.db.v1.bak", "settings.toml", "session.json", LOG_NAME} <= made.keys()
    assert set(made.values()) == {oct(0o600)}


@pytest.mark.usefixtures("everybody_may")
@pytest.mark.parametrize("name", ["settings.toml", "state.db", LOG_NAME])
def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert mode(tmp_path / name) == oct(0o666)
    Store(tmp_path).close()
    SettingsFile(tmp_path).read()
    for handler in (logger := open_log(tmp_path, Redactor())).handlers:
        logger.info("a line")
        handler.close()
    logger.handlers.clear()
    assert mode(tmp_path / name) == oct(0o600)


def test_a_write_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside").touch()
    with pytest.raises(OSError):
        private_file.write(tmp_path / "folder", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_check_warns_of_a_folder_in_which_everybody_may_write(tmp_path: Path) -> None:
    for right, grade in ((0o777, Grade.WARNING), (0o770, Grade.OK)):
        tmp_path.chmod(right)
        with open_data(tmp_path, {}) as opened:
            finding = check(opened, time.time).findings[0]
        assert (finding.name, finding.grade) == ("Data folder", grade)
    tmp_path.chmod(0o700)

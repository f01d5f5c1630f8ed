"""The plugin from an index address, as Stash's plugin manager deals with it: install, update, downgrade, uninstall."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import threading
import urllib.request
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml
from bundle import index
from task_menu import Menu, open_menu, until

from plexsync import __version__
from plexsync.agent.lock import is_held
from plexsync.store.state import AGENT_STATUS, AgentStatus

NEWER = "9.9.9"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def source(built: Path, tmp_path: Path) -> Iterator[str]:
    """The address of an index; the folder behind it is `tmp_path / "source"`."""
    folder = tmp_path / "source"
    shutil.copytree(built, folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/index.yml"
    server.shutdown()
    thread.join()
    server.server_close()


def install(address: str, folder: Path) -> None:
    """Read the index, fetch the zip beside it, hold it against its sum, put the files in place, as the manager does.

    Files of the version before go first (Stash's pkg/pkg/manager: an upgrade is an uninstallation and an installation).
    """
    (entry,) = yaml.safe_load(DIRECT.open(address, timeout=10).read())
    archive = folder.parent / "package.zip"
    archive.write_bytes(DIRECT.open(urljoin(address, entry["path"]), timeout=30).read())
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == entry["sha256"]
    uninstall(folder)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    archive.unlink()


def uninstall(folder: Path) -> None:
    """Delete the files of the package and then its folder, which fails where folders are in it, as in the manager."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        path.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()


def release(folder: Path, version: str, date: int) -> None:
    """Let the source offer another version."""
    archive = folder / "StashPlexSync.zip"
    with zipfile.ZipFile(archive) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    module = files["plexsync/__init__.py"].decode()
    before = module.partition('__version__ = "')[2].partition('"')[0]
    files["plexsync/__init__.py"] = module.replace(before, version).encode()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    text = index(archive, date).replace(f"version: {__version__}", f"version: {version}")
    (folder / "index.yml").write_text(text, encoding="utf-8")


def running(menu: Menu) -> tuple[int, str]:
    with menu.store() as store:
        told = store.state.get(AGENT_STATUS, AgentStatus())
    return told.pid, told.version


def test_from_an_address_to_a_trace_that_is_named(source: str, tmp_path: Path) -> None:
    with open_menu(tmp_path / "stash", partial(install, source), scenes=10) as menu:
        assert "10 scenes" in menu.run("Sync All Scenes").text
        pid, version = running(menu)
        assert version == __version__

        release(tmp_path / "source", NEWER, 2_000_000_000)
        install(source, menu.plugin_dir)
        until(lambda: running(menu)[1] == NEWER, 30)
        assert running(menu)[0] == pid, "the same process is the new version"
        assert is_held(menu.data)

        release(tmp_path / "source", __version__, 1_900_000_000)
        install(source, menu.plugin_dir)
        until(lambda: running(menu)[1] == __version__, 30)
        assert "in sync" in menu.run("View Queue Status").text.lower()

        uninstall(menu.plugin_dir)
        assert (menu.plugin_dir / "plexsync").is_dir(), "Stash leaves the folders"
        until(lambda: not is_held(menu.data), 30)
        assert {path.name for path in menu.data.iterdir()} >= {"settings.toml", "state.db"}, "a way back stays"
        assert not menu.plugin_dir.exists()

"""Stash serves the page's script to everybody who may open its page, and no other file of the plugin."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from plexsync.store import Store
from plexsync.store.files.settings_file import SettingsFile
from plexsync_simulators.process import start_stash

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
PLUGIN = "/plugin/StashPlexSync"
ASSETS = Path(__file__).parents[3] / "plugin" / "assets"
WAYS = ("", "/assets", "/assets/..", "/assets/../../..", "/assets/%2e%2e/%2e%2e/%2e%2e", "/css", "/javascript")
SECRET = "a-token-of-nobody"


@pytest.fixture(scope="module")
def served(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """Stash's address with the plugin installed, and every file there is in its folder and in ours."""
    folder = tmp_path_factory.mktemp("stash")
    plugin, data = folder / "plugins" / "StashPlexSync", folder / "plexsync"
    with zipfile.ZipFile(built / "StashPlexSync.zip") as archive:
        archive.extractall(plugin)
    Store(data).close()
    SettingsFile(data).set("plex_token", SECRET)
    files = [str(path.relative_to(place)) for place in (plugin, folder) for path in place.rglob("*") if path.is_file()]
    with start_stash(dir=folder) as stash:
        yield stash.url, files


def get(url: str) -> tuple[int, bytes]:
    try:
        with DIRECT.open(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


def test_the_script_is_served(served: tuple[str, list[str]], built: Path) -> None:
    with zipfile.ZipFile(built / "StashPlexSync.zip") as archive:
        script = archive.read("plexsync.js")
    status, body = get(f"{served[0]}{PLUGIN}/javascript")
    assert (status, script in body) == (200, True)


def test_the_pages_own_files_are_served(served: tuple[str, list[str]]) -> None:
    for name in sorted(path.name for path in ASSETS.iterdir()):
        status, body = get(f"{served[0]}{PLUGIN}/assets/{name}")
        assert (status, body) == (200, (ASSETS / name).read_bytes())


@pytest.mark.parametrize("way", WAYS)
def test_and_nothing_else(served: tuple[str, list[str]], way: str) -> None:
    url, files = served
    assert {"hook.py", "plexsync/state.db", "plexsync/settings.toml"} <= set(files)
    open_to_all = ("lib/", "plugins/StashPlexSync/lib/", "assets/", "plugins/StashPlexSync/assets/")
    of_interest = [name for name in files if not name.startswith(open_to_all)]
    for name in of_interest:
        status, body = get(f"{url}{PLUGIN}{way}/{urllib.parse.quote(name)}")
        assert status in {400, 404}, name
        assert SECRET.encode() not in body

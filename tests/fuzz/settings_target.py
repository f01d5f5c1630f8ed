"""Settings from everywhere: the environment, settings.toml, and what Stash's page holds, of any type."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import noise
from target import Target, Wrong, pack, unpack

from plexsync.domain.advice import explain_error
from plexsync.domain.desired import Rules, rules_print
from plexsync.domain.errors import PlexSyncError
from plexsync.domain.merge.item import MergeRules
from plexsync.domain.paths.mapping import PathMap
from plexsync.domain.settings import SETTINGS
from plexsync.net.decode import read_json
from plexsync.reconcile.request import asked_request, configured_request
from plexsync.runtime.context import Context
from plexsync.store import Store
from plexsync.store.files.settings_file import SettingsFile
from plexsync.store.files.stash_files import StashFiles

KEYS = [setting.key for setting in SETTINGS]
TOKEN = "wZ9-secret-token"
TOML = b"""# by hand
plex_url = "http://127.0.0.1:1"
plex_libraries = ["Movies", "Clips"]
path_map = "/data => /media; /new => D:\\\\new"
dry_run = true
read_timeout = 2.5
reconcile_from = 2024-05-01
[odd]
x = [{a = 1}, 2]
"""


@contextlib.contextmanager
def opened() -> Iterator[Target]:
    """The target, with a data folder."""
    with tempfile.TemporaryDirectory() as name, contextlib.closing(Store(Path(name))) as store:
        yield Target("settings", 20, _make, lambda data: _run(data, store))


def _make(rng: Random) -> bytes:
    environment = {f"PLEXSYNC_{rng.choice(KEYS).upper()}": noise.text(rng) for _ in range(rng.randrange(4))}
    page = {rng.choice(KEYS): noise.any_json(rng) for _ in range(rng.randrange(5))}
    if rng.random() < 0.5:
        file = noise.garbled(rng, TOML)
    else:
        file = f"{rng.choice(KEYS)} = {json.dumps(noise.any_json(rng, 1))}\n".encode()
    return pack(environment=environment, page=page, file=file)


def _run(data: bytes, store: Store) -> None:
    given = unpack(data)
    file = SettingsFile(store.folder)
    file.path.write_bytes(given["file"].encode("latin-1"))
    StashFiles(store.folder).keep_page(read_json(json.dumps(given["page"]).encode()))
    environment = {name: value.replace("\0", "") for name, value in given["environment"].items()}
    context = Context(store.folder, {**environment, "PLEXSYNC_PLEX_TOKEN": TOKEN, "PLEXSYNC_STASH_URL": ""})
    context.refresh(store)
    _use(context)
    if given["file"].isascii() and len(given["file"]) % 7 == 0:
        with contextlib.suppress(PlexSyncError):
            file.set("label_all", "kept")
    if file.path.with_name("settings.toml.new").exists():
        raise Wrong("half a settings file is left")


def _use(context: Context) -> None:
    """Do with the settings what the agent does."""
    settings = context.settings
    for setting in SETTINGS:
        settings.shown(setting.key).encode("utf-8", "surrogateescape")
    for problem in settings.problems:
        if TOKEN in str(explain_error(problem)):
            raise Wrong("the token is shown")
        json.dumps(problem.data)
    rules = Rules.from_settings(settings, "http://s")
    rules_print(rules, ())
    MergeRules.from_settings(settings)
    PathMap(settings.path_map).to_plex("/data/a.mp4")
    with contextlib.suppress(PlexSyncError):
        context.plex("plex").counts  # noqa: B018
    with contextlib.suppress(PlexSyncError):
        configured_request(settings, "x", 1e9)
    with contextlib.suppress(PlexSyncError):
        asked_request({"scope": "custom"}, settings, 1e9)

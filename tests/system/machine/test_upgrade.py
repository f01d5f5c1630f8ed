"""A state that an earlier PlexSync left: opened, backed up first, and gone on with; a later one's is refused.

The fixtures were made by the code of their time (scripts/keep_state.py): a synced world with a person's title in Plex,
a dead letter, files Plex does not have, and a scene still queued.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from agent_stage import Stage, wait_for
from command_line import plexsync
from inside import Inside
from plugin_process import document, run_plugin

from plexsync.domain.model import Field, Intent
from plexsync.store import Store
from plexsync.store.database import connect
from plexsync.store.files.stash_files import StashFiles
from plexsync.store.jobs import State
from plexsync.store.schema import MIGRATIONS
from plexsync.store.state import BASELINE, CURSOR, LISTING_MARK, SCANNED_AT
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import World

FOLDER = Path(__file__).parents[2] / "fixtures" / "state"
NOW = len(MIGRATIONS)
VERSIONS = range(1, NOW + 1)
OLD_COOKIE, OLD_TOKEN = b"MTc2NDA5NjQwMHxvbGQtY29va2ll", b"token-from-the-page-of-old"
LONG = """
import sys
from pathlib import Path
from plexsync.store.database import connect
from plexsync.store.schema import MIGRATIONS
connect(Path(sys.argv[1]), (*MIGRATIONS, sys.argv[2]))
"""
COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
ENDLESS = f"CREATE TABLE half (x); INSERT INTO half {COUNTING}"


def kept(version: int) -> Json:
    found: Json = json.loads(gzip.decompress((FOLDER / f"v{version}.json.gz").read_bytes()))
    return found


def lay_down(state: str, folder: Path) -> Path:
    """Make the database file of a fixture."""
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(folder / "state.db")) as database:
        database.executescript(state)
    return folder / "state.db"


def version_of(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def rows(path: Path, tables: tuple[str, ...] = ("journal", "link", "scene_file")) -> Mapping[str, int]:
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return {one: database.execute(f"SELECT count(*) FROM {one}").fetchone()[0] for one in tables}


def test_values_that_were_begun_stay_known_when_their_form_changes(tmp_path: Path) -> None:
    """Of version 8 each field had one such value, without a moment."""
    lay_down(kept(8)["state"], tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "state.db")) as database, database:
        begun = json.dumps({"pushed": {}, "wanted": {}, "intended": {"title": "T", "genres": ["a", "b"]}})
        database.execute("UPDATE link SET base = ?, synced_at = 5.0", (begun,))
    with contextlib.closing(Store(tmp_path)) as store:
        intents = next(store.links.beyond(0)).base.intents
    assert intents == (Intent(Field.TITLE, "T", 5.0), Intent(Field.GENRES, ("a", "b"), 5.0))


def test_every_earlier_version_has_a_fixture() -> None:
    """Make it before the tables change: scripts/keep_state.py."""
    assert {path.name for path in FOLDER.iterdir()} >= {f"v{version}.json.gz" for version in range(1, NOW)}


def of_old(kind: type[Stage], version: int, folder: Path) -> Stage:
    """Both servers as they were left, and the state in the data folder."""
    fixture = kept(version)
    (folder / "plex.json").write_text(json.dumps(fixture["plex"]), encoding="utf-8")

    class Upgraded(kind):  # type: ignore[valid-type,misc]
        def configure(self, **settings: Any) -> None:
            super().configure(**settings)
            if not (self.data / "state.db").exists():
                lay_down(fixture["state"], self.data)

    world = World(fixture["stash"], fixture["plex"], fixture["path_map"], {}, (), ())
    stage: Stage = Upgraded(world, plex_options={"state": folder / "plex.json"})
    return stage


@pytest.fixture(params=[version for version in VERSIONS if (FOLDER / f"v{version}.json.gz").exists()])
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[int, Inside]]:
    stage = of_old(Inside, request.param, tmp_path)
    assert isinstance(stage, Inside)
    try:
        yield request.param, stage
    finally:
        stage.close()


def test_it_is_backed_up_and_gone_on_with(upgraded: tuple[int, Inside]) -> None:
    version, stage = upgraded
    note = kept(version)["scenes"]
    assert version_of(stage.data / "state.db") == NOW
    backup = stage.data / f"state.db.v{version}.bak"
    if version < NOW:
        assert version_of(backup) == version
        assert rows(backup) == rows(stage.data / "state.db")
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    values, old = stage.store.state, version == 1
    assert None not in {values.get(SCANNED_AT), values.get(CURSOR)}, "each under its name of today"
    assert [values.get(BASELINE) is None, values.get(LISTING_MARK) is None] == [old, old]
    assert stage.job(note["dead"]).state is State.DEAD
    assert stage.job(note["cleared"]).state is State.QUEUED

    stage.poll()
    stage.work()
    assert stage.job(note["cleared"]).state is State.DONE
    stage.reset_counts()
    stage.sync(*[one["id"] for one in stage.world.stash["scenes"] if one["id"] != note["dead"]])
    counts = stage.plex_counts()
    assert (counts["PUT"], counts["POST"]) == (0, 0), "what was synced before the upgrade is known to be"

    assert item(stage, note["person"])["title"] == "A person's"
    stage.edit_scene(note["edited"], title="Edited after the upgrade", performer_ids=[])
    stage.edit_scene(note["dead"], title="Taken now")
    stage.poll()
    stage.work()
    assert item(stage, note["edited"])["title"] == "Edited after the upgrade"
    assert item(stage, note["edited"])["Role"] == [], "what was ours of old is known to be, and is taken away"
    assert item(stage, note["dead"])["title"] == "Taken now"

    assert stage.reconcile().state == "done"
    stage.work()
    stage.reset_counts()
    again = stage.reconcile()
    stage.sync()
    counts = stage.plex_counts()
    assert (counts["PUT"], counts["POST"], again.gaps.keys() & {"empty", "stale", "drift"}) == (0, 0, set())
    assert stage.integrity() == "ok"


def item(stage: Stage, scene: str) -> Json:
    """Return a scene's item in Plex."""
    keys = sorted(key for _, key in stage.store.links.of_scenes([int(scene)]))
    return stage.item_now(keys[0])


@pytest.mark.parametrize("version", [1, 2])
def test_secrets_leave_the_database_and_its_backup_without_a_trace(version: int, tmp_path: Path) -> None:
    lay_down(kept(version)["state"], tmp_path)
    Store(tmp_path).close()
    files = StashFiles(tmp_path)
    assert (files.session or {})["cookie"].encode() == OLD_COOKIE
    assert files.page["plex_token"].encode() == OLD_TOKEN
    for path in tmp_path.glob("state.db*"):
        content = path.read_bytes()
        assert OLD_COOKIE not in content, path
        assert OLD_TOKEN not in content, path


def test_a_real_agent_goes_on_with_the_oldest_state(tmp_path: Path) -> None:
    fixture = kept(1)
    stage = of_old(Stage, 1, tmp_path)
    try:
        stage.start_agent()
        stage.wait_until((stage.data / "state.db.v1.bak").exists, 20)
        stage.wait_until(lambda: stage.job(fixture["scenes"]["cleared"]).state is State.DONE, 30)
        stage.edit_scene(fixture["scenes"]["edited"], title="Seen by a new agent")
        stage.wait_until(lambda: item(stage, fixture["scenes"]["edited"])["title"] == "Seen by a new agent", 30)
        assert stage.stop_agent() == 0
    finally:
        stage.close()


@pytest.fixture
def of_later(tmp_path: Path) -> Path:
    """Stash's folder, in whose data folder a newer PlexSync has been."""
    connect(tmp_path / "plexsync", (*MIGRATIONS, "CREATE TABLE later (x)")).close()
    return tmp_path


def untouched(folder: Path) -> bytes:
    return (folder / "plexsync" / "state.db").read_bytes()


def test_a_later_state_is_refused_by_the_command_line(of_later: Path) -> None:
    before = untouched(of_later)
    for words in (("status",), ("sync", "--all"), ("check",), ("why", "1")):
        ran = plexsync(of_later / "plexsync", *words, "--json")
        error = json.loads(ran.out)["error"]
        assert (ran.code, ran.err, error["code"]) == (4, "", "state_too_new")
        assert f"(version {NOW + 1} of its tables, known are {NOW})" in error["text"]
        assert "Install the newer PlexSync again" in error["next_step"]
    assert untouched(of_later) == before


def test_a_later_state_is_refused_by_tasks_and_operations(of_later: Path, plugin_folder: Path) -> None:
    before = untouched(of_later)
    for args in ({"mode": "task", "task": "sync_all"}, {"mode": "operation", "operation": "status"}):
        outcome = run_plugin(plugin_folder, document(of_later, args))
        outcome.assert_well_behaved()
        assert "written by a newer PlexSync" in outcome.answer["error"]
        assert "Install the newer PlexSync again" in outcome.answer["error"]
    assert untouched(of_later) == before


def test_a_later_state_is_refused_by_the_agent(of_later: Path, plugin_folder: Path) -> None:
    before = untouched(of_later)
    ran = plexsync(of_later / "plexsync", "agent")
    assert ran.code == 4
    assert "written by a newer PlexSync" in ran.err
    command = [sys.executable, "-I", "-S", str(plugin_folder / "hook.py"), "agent", str(of_later / "plexsync")]
    started = subprocess.run(command, check=False, capture_output=True, timeout=60, text=True)
    assert started.returncode != 0
    assert "Traceback" not in started.stderr
    assert "written by a newer PlexSync" in (of_later / "plexsync" / "plexsync.log").read_text("utf-8")
    assert untouched(of_later) == before


@pytest.mark.parametrize("version", [1, 2])
def test_a_migration_killed_half_way_leaves_a_state_that_opens(version: int, tmp_path: Path) -> None:
    """Killed when the backup is made, most statements are through and one of them is writing."""
    lay_down(kept(version)["state"], tmp_path)
    before = rows(tmp_path / "state.db")
    with subprocess.Popen([sys.executable, "-c", LONG, str(tmp_path), ENDLESS]) as migrating:
        wait_for(lambda: size_of(tmp_path / "state.db-wal") > 20_000_000, 60)
        migrating.kill()
    assert version_of(tmp_path / f"state.db.v{version}.bak") == version
    assert version_of(tmp_path / "state.db") == version
    began = time.process_time()  # others on the machine take none of it
    store = Store(tmp_path)
    try:
        assert time.process_time() - began < 5
        assert version_of(tmp_path / "state.db") == NOW
        assert rows(tmp_path / "state.db") == before
        assert store.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        tables = {row[0] for row in store.connection.execute("SELECT name FROM sqlite_master")}
        assert "half" not in tables
    finally:
        store.close()

"""`check`, `why` and the dry runs copy nothing: they work without a temporary folder and with little room on the disk.

A run then does what they say, and the state stays as it is, byte for byte.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from agent_stage import Stage, single, staged
from command_line import environment

from plexsync.store import Store
from plexsync_simulators.shared.json_type import Json

ODD = Path(__file__).parents[1] / "helpers" / "odd_agent.py"
ROOM = 3_000_000
"""No file may become larger for the processes that are tried: a tenth of what `state.db` has."""

COMMANDS = (
    ("check",),
    ("why", "1"),
    ("sync", "--all", "--dry-run"),
    ("reconcile", "--scope", "all", "--dry-run"),
)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(60, seed=4, settings={"image_poster": "off", "no_plex_scan": True}) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal()
        pad(stage.data)
        yield stage


def pad(folder: Path) -> None:
    """Give `state.db` the size of a large library's, by rows that nobody asks for."""
    store = Store(folder)
    with store.transaction():
        store.connection.executemany(
            "INSERT INTO run (kind, origin, scope, state, allowed, taken, total, result, started_at, ended_at)"
            " VALUES ('old', 'test', 'all', 'done', 0, 0, 0, ?, 1, 1)",
            ((json.dumps({"words": "w" * 1000}),) for _ in range(30_000)),
        )
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    assert (folder / "state.db").stat().st_size > 10 * ROOM


def run(stage: Stage, *words: object) -> Json:
    """Run a command that may write little, without any temporary folder."""
    room = stage.folder / "room"
    room.write_text(str(ROOM), encoding="ascii")
    nowhere = str(stage.folder / "nowhere")
    done = subprocess.run(
        [sys.executable, str(ODD), "--data", str(stage.data), *map(str, words), "--json"],
        capture_output=True,
        check=False,
        timeout=60,
        env=environment({"ODD_SPACE": str(room), "TMPDIR": nowhere, "TEMP": nowhere, "SQLITE_TMPDIR": nowhere}),
    )
    assert done.stderr == b""
    found = json.loads(done.stdout)
    assert "error" not in found, found
    assert isinstance(found, dict)
    return found


def digest(folder: Path) -> str:
    """Hash `state.db` in a process of its own: to close a file frees the locks this process holds on it."""
    store = Store(folder)
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    script = "import hashlib, pathlib, sys; print(hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest())"
    done = subprocess.run(
        [sys.executable, "-c", script, folder / "state.db"], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_with_a_living_agent(stage: Stage, words: tuple[str, ...]) -> None:
    with stage.frozen_agent():
        before = digest(stage.data)
        run(stage, *words)
        assert digest(stage.data) == before
        assert not list(stage.data.glob("overlay-*"))


def changes(found: list[Json]) -> set[tuple[int, str, str]]:
    return {
        (prospect["scene_id"], item["rating_key"], field["field"])
        for prospect in found
        for item in prospect["items"]
        for field in item["fields"]
        if field["outcome"] == "changes"
    }


def written(stage: Stage, after: int) -> set[tuple[int, str, str]]:
    rows = stage.store.connection.execute(
        "SELECT scene_id, rating_key, field FROM journal WHERE state = 'written' AND id > ?", (after,)
    )
    return {(row[0], row[1], row[2]) for row in rows}


def test_without_an_agent_and_with_a_stale_index_they_say_what_a_run_then_does(stage: Stage) -> None:
    stage.stop_agent()
    one, two = single(stage.world, 2)
    stage.edit_scene(one, title="Edited while nobody looked")
    stage.plex.control("POST", f"items/{stage.item_of(two)['ratingKey']}/rekey", {})
    before, last = digest(stage.data), stage.store.connection.execute("SELECT max(id) FROM journal").fetchone()[0]
    said = [run(stage, *words) for words in COMMANDS]
    assert digest(stage.data) == before
    expected = changes(said[2]["prospects"])
    assert {int(one), int(two)} <= {scene for scene, _, _ in expected}
    assert changes(said[3]["found"]) == expected
    stage.begin()
    stage.wait_until(lambda: expected <= written(stage, last), 30)
    stage.wait_equal()
    assert {scene for scene, _, _ in written(stage, last)} == {int(one), int(two)}


def test_an_index_that_was_never_made(stage: Stage) -> None:
    fresh, old = stage.folder / "fresh", stage.data
    fresh.mkdir()
    (fresh / "settings.toml").write_bytes((old / "settings.toml").read_bytes())
    stage.data = fresh
    try:
        for words in COMMANDS:
            run(stage, *words)
        store = Store(fresh)
        assert (store.scenes.number(), store.library.number(), store.jobs.counts()) == (0, 0, ())
        store.close()
    finally:
        stage.data = old

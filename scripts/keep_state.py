"""Keep a state of today's tables for the tests of upgrades, before a migration makes them yesterday's.

`.venv/bin/python scripts/keep_state.py` lets an agent live between both simulated servers: a sync, edits, a
person's values in Plex, a dead letter, a missing file. It writes `tests/fixtures/state/vN.json.gz`: the state as SQL,
both servers as they were left, and the scenes of note. With PYTHONPATH on an older commit's `src` it keeps that
one's tables.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

from plexsync.store import Store
from plexsync.store.jobs import Priority
from plexsync_simulators.rig import Rig
from plexsync_simulators.world import make_world

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "state"
MACHINE = "5ca1ab1e" * 5
SESSION = {"url": "http://127.0.0.1:9", "cookie": "MTc2NDA5NjQwMHxvbGQtY29va2ll", "dir": "/nowhere"}
PAGE = {"plex_token": "token-from-the-page-of-old", "label_all": "Kept"}
SCENES, SEED = 24, 3


def write(line: str) -> None:
    """Say what goes on."""
    print(time.strftime("%H:%M:%S"), line, flush=True)


def live(rig: Rig) -> dict[str, str]:
    """Let the agent work; returns the scenes of note."""
    rig.start_agent()
    rig.wait_until(rig.is_idle, 60)
    with contextlib.closing(Store(rig.data)) as store:
        store.commands.ask("sync", {"scope": "all", "origin": "kept"}, time.time())
    rig.wait_until(rig.is_idle, 60)
    alone = [scene["id"] for scene in rig.world.stash["scenes"] if len(rig.world.belongs.get(scene["id"], ())) == 1]
    person, dead, edited, cleared = alone[:4]
    for scene in alone:
        rig.edit_scene(scene, rating100=40 if int(scene) % 2 else 80)
    write("edited; waiting for Plex")
    rig.wait_until(lambda: all(rig.item_of(scene).get("userRating") for scene in alone), 60)
    item = rig.item_of(person)
    rig.plex.control("POST", f"items/{item['ratingKey']}", {"set": {"title": "A person's"}, "lock": ["title"]})
    key = rig.item_of(dead)["ratingKey"]
    refusal = {"match": {"method": "PUT", "query_regex": f"(^|&)id={key}(&|$)"}, "kind": "status", "status": 400}
    rig.plex.control("POST", "faults", [{**refusal, "times": -1}])
    rig.edit_scene(dead, title="Refused")
    rig.edit_scene(edited, title="Edited of old", details="Of old.")
    rig.edit_scene(cleared, details="")
    rig.wait_until(lambda: rig.item_of(edited)["title"] == "Edited of old", 60)
    rig.wait_until(lambda: dead_letters(rig.data) > 0, 60)
    rig.wait_until(rig.is_idle, 60)
    time.sleep(2)
    rig.stop_agent()
    with contextlib.closing(Store(rig.data)) as store:
        store.jobs.enqueue([int(cleared)], priority=Priority.FRESH, origin="kept", now=time.time())
    return {"person": person, "dead": dead, "edited": edited, "cleared": cleared}


def dead_letters(data: Path) -> int:
    """Count the dead letters."""
    with contextlib.closing(sqlite3.connect(data / "state.db")) as state:
        return int(state.execute("SELECT count(*) FROM job WHERE state = 'dead'").fetchone()[0])


def tables(data: Path) -> tuple[int, str]:
    """Return the version of the tables and all of them as SQL."""
    with contextlib.closing(sqlite3.connect(data / "state.db")) as state:
        version = int(state.execute("PRAGMA user_version").fetchone()[0])
        if version < 3:  # noqa: PLR2004  those before kept what opens Stash, and its page's settings, in here
            for name, value in (("session", SESSION), ("plugin_settings", PAGE)):
                state.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value)))
            state.commit()
        return version, "\n".join([*state.iterdump(), f"PRAGMA user_version={version};"])


def keep(folder: Path) -> Path:
    """Make the state and write it; returns the file."""
    world = make_world(SCENES, SEED)
    with tempfile.TemporaryDirectory(prefix="plexsync-keep-") as kept:
        plex_state = Path(kept) / "plex.json"
        options: dict[str, Any] = {"state": plex_state, "machine_id": MACHINE}
        with Rig(world, plex_options=options, settings={"max_attempts": 1}) as rig:
            scenes = live(rig)
            stash = rig.stash.control("GET", "dump")
            rig.plex.stop()
            version, state = tables(rig.data)
        plex = json.loads(plex_state.read_text(encoding="utf-8"))
    document = {"state": state, "stash": stash, "plex": plex, "path_map": world.path_map, "scenes": scenes}
    target = folder / f"v{version}.json.gz"
    folder.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(json.dumps(document, ensure_ascii=False).encode(), mtime=0))
    return target


def main() -> None:
    """Keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where it goes (default: %(default)s)")
    target = keep(parser.parse_args().folder)
    write(f"{target}, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()

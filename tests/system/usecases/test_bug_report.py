"""The bug report: all that helps is in it, nothing secret or personal is, and it is written whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from agent_stage import Stage, staged
from command_line import environment, plexsync
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plexsync.domain.model import EntityKind
from plexsync.store import Store
from plexsync.store.gaps import Found
from plexsync.usecases.bug_report.report import bug_report
from plexsync.usecases.bug_report.sources import SOURCES
from plexsync_simulators.rig import TOKEN

MARK = "qZuX"
ODD = Path(__file__).parents[1] / "helpers" / "odd_agent.py"
LIBRARIES = int(os.environ.get("PLEXSYNC_REPORT_LIBRARIES", "100"))
NOW = 1_800_000_000.0
NAMES = {part.name for part in SOURCES} | {"about.txt"}


def read(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def parts(folder: Path, *, with_names: bool = False) -> dict[str, str]:
    made = bug_report(folder, lambda: NOW, lambda _: None, with_names=with_names)
    return {part.name: part.text for part in made.parts}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """An agent that has synced, and has met a trouble or two."""
    with staged(40, seed=9, settings={"log_level": "debug"}) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal()
        yield stage


def personal(stage: Stage) -> set[str]:
    """All names of a person's things in both servers."""
    found = {section["title"] for section in stage.plex.control("GET", "dump")["sections"]} - {"Movies"}
    for scene in stage.world.stash["scenes"]:
        found |= {scene["title"], *(file["path"] for file in scene["files"])}
        found |= {Path(file["path"]).stem for file in scene["files"]}
    for kind in ("performers", "studios", "tags", "groups"):
        found |= {one["name"] for one in stage.world.stash.get(kind, ())}
    return {name for name in found if len(name) > 3 and " " in name}


def test_a_report_holds_all_parts_and_no_name_of_a_real_library(stage: Stage, tmp_path: Path) -> None:
    target = tmp_path / "report.zip"
    ran = plexsync(stage.data, "bug-report", "--output", target, "--yes")
    assert ran.code == 0, ran.err
    found = read(target)
    assert found.keys() == NAMES
    assert target.stat().st_mode & 0o077 == 0
    assert target.stat().st_size < 200_000
    text = "\n".join(found.values())
    assert [name for name in personal(stage) if name.lower() in text.lower()] == []
    assert TOKEN not in text
    assert json.loads(found["status.json"])["agent"]["alive"] is True
    assert json.loads(found["counts.json"])["rows"]["scene"] == 40
    assert json.loads(found["settings.json"])["log_level"]["value"] == "debug"
    assert "agent 1." in found["plexsync.log"]
    assert any(finding["grade"] == "ok" for finding in json.loads(found["check.json"]))
    assert all(name in ran.out for name in NAMES), "it was listed"


def test_with_names_they_stay_and_secrets_do_not(stage: Stage) -> None:
    text = "\n".join(parts(stage.data, with_names=True).values())
    assert str(stage.data) in text
    assert TOKEN not in text


def test_nothing_is_written_before_the_person_has_seen_the_list_and_agreed(stage: Stage, tmp_path: Path) -> None:
    target = tmp_path / "report.zip"
    for words in (("--dry-run",), ("--dry-run", "--json")):
        ran = plexsync(stage.data, "bug-report", "--output", target, *words)
        assert (ran.code, list(tmp_path.iterdir())) == (0, [])
        assert "settings.json" in ran.out
    refused = plexsync(stage.data, "bug-report", "--output", target, stdin="n\n")
    assert (refused.code, list(tmp_path.iterdir())) == (1, [])
    assert "settings.json" in refused.out
    nobody = plexsync(stage.data, "bug-report", "--output", target, "--json")
    assert nobody.code == 2
    assert "--yes" in nobody.out
    target.write_text("mine", encoding="utf-8")
    taken = plexsync(stage.data, "bug-report", "--output", target, "--yes")
    assert "already" in taken.err
    assert target.read_text(encoding="utf-8") == "mine"
    nowhere = plexsync(stage.data, "bug-report", "--output", tmp_path / "no" / "report.zip", "--yes")
    assert "no such folder" in nowhere.err


def test_a_full_disk_leaves_nothing_half_done(stage: Stage, tmp_path: Path) -> None:
    room = stage.folder / "room"
    room.write_text("100", encoding="ascii")
    target = tmp_path / "report.zip"
    done = subprocess.run(
        [sys.executable, str(ODD), "--data", str(stage.data), "bug-report", "--output", str(target), "--yes"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment({"ODD_SPACE": str(room)}),
    )
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_data_folder_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"no database " * 100)
    (tmp_path / "plexsync.log").write_text("2026-11-30 01:02:03,456 ERROR   the agent fails\n", encoding="utf-8")
    found = parts(tmp_path)
    assert "is damaged" in json.loads(found["status.json"])["unreadable"]
    assert "the agent fails" in found["plexsync.log"]
    assert json.loads(found["versions.json"])["plexsync"]


WORD = st.text("abZ 09.-_é", max_size=8).map(lambda text: f"{MARK}{text}")
PLAIN_FACTS = {"rating_key": "4711", "field": "title", "status": "400", "fields": "title", "scenes": "5"}
FACTS = st.fixed_dictionaries(
    {name: st.just(value) for name, value in PLAIN_FACTS.items()}
    | {"value": WORD, "detail": WORD, "item": WORD, "path": WORD.map(lambda word: f"/data/{word}.mkv")}
)
CAUSES = st.sampled_from(["item_rejected", "not_applied", "missing", "ambiguous", "image_rejected", "scene_fails"])


@st.composite
def libraries(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "titles": draw(st.lists(WORD, min_size=1, max_size=4)),
        "paths": draw(st.lists(WORD.map(lambda word: f"/{MARK}/{word}/{word}.mkv"), min_size=1, max_size=4)),
        "jobs": draw(st.lists(st.tuples(CAUSES, FACTS), max_size=4)),
        "names": draw(st.lists(WORD, max_size=3)),
        "log": draw(st.lists(WORD, max_size=4)),
        "settings": {
            "plex_url": f"http://{MARK}.example:32400",
            "plex_token": draw(WORD),
            "plex_libraries": draw(WORD),
            "path_map": f"/{MARK} => /media/{MARK}",
            "connect_timeout": 0.2,
        },
    }


def fill(folder: Path, made: Mapping[str, Any]) -> None:
    """Make a data folder as a life with such a library leaves it."""
    text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in made["settings"].items())
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    lines = [
        f"2026-11-30 01:02:03,456 WARNING scene 17: item_rejected: value={word}, detail={word}" for word in made["log"]
    ]
    (folder / "plexsync.log").write_text("\n".join(lines), encoding="utf-8")
    with contextlib.closing(Store(folder)) as store, store.transaction():
        for number, title in enumerate(made["titles"], 1):
            store.connection.execute(
                "INSERT INTO scene (id, title, created_at, updated_at, content, columns, known_since)"
                " VALUES (?, ?, '', '', '', '', 0)",
                (number, title),
            )
        for number, path in enumerate(made["paths"], 1):
            store.connection.execute("INSERT INTO scene_file VALUES (?, 0, ?, '', 5)", (number, path))
        for number, (cause, facts) in enumerate(made["jobs"], 1):
            store.connection.execute(
                "INSERT INTO job (scene_id, state, work, wanted_rev, done_rev, priority, wanted_at, due_at, attempts,"
                " cause, detail, origin, run_id, changed_at)"
                " VALUES (?, 'dead', 'all', 1, 0, 0, 1, 1, 1, ?, ?, '', 0, 1)",
                (number, cause, json.dumps(facts)),
            )
            store.gaps.see([Found("drift", number, MARK, {"fields": {}})], 1, NOW)
        for kind in EntityKind:
            store.connection.executemany(
                "INSERT INTO entity VALUES (?, ?, ?, 0, '')",
                [(kind.value, number, name) for number, name in enumerate(made["names"], 1)],
            )


@pytest.mark.timeout(3600)
@settings(
    max_examples=LIBRARIES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=libraries())
def test_nothing_of_any_library_is_in_a_report(tmp_path_factory: pytest.TempPathFactory, made: dict[str, Any]) -> None:
    folder = tmp_path_factory.mktemp("made")
    fill(folder, made)
    found = parts(folder)
    assert found.keys() == NAMES
    assert {name: text for name, text in found.items() if MARK.lower() in text.lower()} == {}
    assert json.loads(found["counts.json"])["rows"]["scene"] == len(made["titles"])


def test_the_marks_are_there_where_names_stay(tmp_path: Path) -> None:
    facts = {"rating_key": "1", "value": MARK, "detail": MARK, "field": "title", "status": "400"}
    paths, names = [f"/{MARK}/a.mkv"], {"plex_libraries": MARK, "plex_token": f"{MARK}-token"}
    fill(tmp_path, {"titles": [MARK], "paths": paths, "jobs": [("item_rejected", facts)], "names": [], "log": [MARK],
                    "settings": names})  # fmt: skip
    found = parts(tmp_path, with_names=True)
    assert {"settings.json", "status.json", "errors.json", "check.json", "plexsync.log"} <= {
        name for name, text in found.items() if MARK in text
    }
    assert f"{MARK}-token" not in "".join(found.values())

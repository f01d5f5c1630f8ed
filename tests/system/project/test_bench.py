"""The benchmark of speed: that it runs, what it tells, and that a missed bound is an exit code. Not the times."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from inside import Inside, inside

from measuring.case import TINY, Case, Tools
from measuring.machine import Machine
from measuring.measured import SECONDS, Baseline, Limit, Row, growth
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import World, make_world
from prepared.filled import fill
from prepared.libraries import KeptLibraries
from prepared.prefilled import prefilled
from speed import finish

ROOT = Path(__file__).parents[3]
TEXT_ONLY = {"image_poster": "off"}
ALONE = Baseline("alone", (1.0, 2.0, 3.0))


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "plexsync.cli", "bench", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100, cwd=ROOT)


def test_cases_are_measured_and_told_in_a_table_and_as_json(tmp_path: Path) -> None:
    done = bench("enqueue", "reconcile", "--sizes", "tiny", "--json", str(tmp_path / "out.json"))
    told = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert done.returncode == (0 if told["holds"] else 1), done.stderr
    assert told["machine"].keys() >= {"processor", "cores", "memory_gb", "load", "system", "python", "sqlite", "date"}
    rows: list[Json] = told["rows"]
    assert {row["case"] for row in rows} == {"enqueue", "reconcile"}
    compared = [row for row in rows if "baseline" in row]
    assert {row["baseline"]["name"] for row in compared} == {"SQLite upsert", "bare listings", "bare reads"}
    assert all(row["ratio"] == pytest.approx(row["median"] / row["baseline"]["median"]) for row in compared)
    assert all(row["p10"] <= row["median"] <= row["p90"] for row in rows)
    for row in rows:
        assert row["what"][:20] in done.stdout
    requests = next(row for row in rows if row["what"] == "cheap: requests")
    assert requests["limits"][0]["holds"]


def test_what_there_is_to_measure_is_listed() -> None:
    listed = bench("--list").stdout
    assert {"hook", "save", "sync", "rename", "idle"} <= {line.split()[0] for line in listed.splitlines()}
    assert bench("nothing-of-the-kind").returncode == 2


def test_installed_elsewhere_it_says_where_it_is_to_be_had(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "site-packages"
    shutil.copytree(ROOT / "src" / "plexsync", site / "plexsync", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "plexsync.cli"]
    there: Json = {"env": {**os.environ, "PYTHONPATH": str(site)}, "capture_output": True, "text": True}
    done = subprocess.run([*command, "bench", "--list"], check=False, **there)
    assert (done.returncode, done.stdout) == (2, "")
    assert "source tree alone" in done.stderr
    assert "bench" not in subprocess.run([*command, "--help"], check=True, **there).stdout


@pytest.mark.parametrize(
    ("limit", "holds"),
    [
        (Limit("ratio", most=2.0), True),
        (Limit("ratio", most=1.9), False),
        (Limit("ratio", least=2.1), False),
        (Limit("median", most=4.0), True),
        (Limit("median", most=0, least=0), False),
        (Limit("highest", most=5.9), False),
        (Limit("p95", least=6.0), False),
    ],
)
def test_a_missed_bound_is_exit_code_1(limit: Limit, *, holds: bool, capsys: pytest.CaptureFixture[str]) -> None:
    row = Row("something", (2.0, 4.0, 6.0), baseline=ALONE, limits=(limit,), case="a case")
    kept = Row("something else", (1.0,), case="a case")
    assert row.ratio == 2.0
    assert math.isnan(kept.ratio)
    assert finish(Machine.here(), [kept, row], None) == (0 if holds else 1)
    assert ("MISS" in capsys.readouterr().out) is not holds


def test_a_case_that_breaks_is_told_and_takes_no_other_along(capsys: pytest.CaptureFixture[str]) -> None:
    def measure(_tools: Tools, size: int) -> Iterator[Row]:
        yield Row("before", (1.0,))
        if size == 1:
            raise TimeoutError("not within 60 s")
        yield Row("after", (1.0,))

    case = Case("a case", "", {TINY: (1, 2)}, measure)
    rows = list(case.rows(Tools(KeptLibraries(), TINY)))
    assert [(row.size, row.what, row.holds) for row in rows] == [
        (1, "before", True),
        (1, "broke off", False),
        (2, "before", True),
        (2, "after", True),
    ]
    assert "not within 60 s" in capsys.readouterr().err


def test_what_grows_faster_than_the_library_is_told() -> None:
    rows = [Row("time", (taken,), grows=True, case="c", size=size) for size, taken in ((10, 9.0), (30, 3.0), (100, 36))]
    steep = [Row("slow", (taken,), grows=True, case="c", size=size) for size, taken in ((10, 1.0), (100, 12.0))]
    flat = [Row("no time", (taken,), case="c", size=size) for size, taken in ((10, 1.0), (100, 1000.0))]
    assert [(row.what, row.median, row.holds) for row in growth([*rows, *flat])] == [("time: growth", 12.0, False)]
    assert [row.holds for row in growth(steep)] == [False]
    assert [row.holds for row in growth([*rows[:2], Row("time", (10.9,), grows=True, case="c", size=100)])] == [True]


def test_what_grows_may_do_so_as_its_baseline_does() -> None:
    def grown(bare: float) -> list[bool]:
        bases = Baseline("bare", (1.0,)), Baseline("bare", (bare,))
        small, large = (
            Row("time", (2.0,), SECONDS, bases[0], grows=True),
            Row("time", (24.0,), SECONDS, bases[1], grows=True),
        )
        return [row.holds for row in growth([replace(small, size=10), replace(large, size=100)])]

    assert (grown(11.0), grown(9.0)) == ([True], [False])


def test_a_state_filled_in_bulk_is_that_of_a_sync() -> None:
    """Bulk filling stands for a first sync in most cases: a deep run must find nothing between the two."""
    with inside(make_world(60, 1), settings=TEXT_ONLY) as synced, closing(_alone(prefilled(60))) as filled:
        fill(filled)
        synced.sync()
        assert filled.reconcile(deep=True).gaps == synced.reconcile(deep=True).gaps
        for table, but in (
            ("scene", ("known_since",)),
            ("scene_file", ()),
            ("scene_entity", ()),
            ("link", ("rating_key", "item_updated_at", "synced_at")),
            ("job", ("priority", "is_asked", "wanted_at", "due_at", "changed_at", "parked_at", "origin")),
        ):
            assert rows_of(filled, table, but) == rows_of(synced, table, but), table


def folded(value: object) -> object:
    """A value whatever its letter case: that of a tag in Plex is that of its first use."""
    return value.casefold() if isinstance(value, str) else value


def _alone(world: World) -> Inside:
    return Inside(world, settings=TEXT_ONLY)


def rows_of(stage: Inside, table: str, but: tuple[str, ...]) -> list[Json]:
    rows = stage.store.connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3")
    return [{name: folded(row[name]) for name in row.keys() if name not in but} for row in rows]  # noqa: SIM118

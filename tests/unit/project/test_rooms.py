"""The rooms stay small enough to be looked over."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[3]
MOST = 16
LONGEST = 500
MOST_IN = {"src/plexsync/agent": 12}


def test_no_room_holds_more_modules_than_one_can_look_over() -> None:
    parts = ("src", "simulators", "tests", "bench", "scripts")
    folders = {path.parent for part in parts for path in (ROOT / part).rglob("*.py")}
    sizes = {
        str(folder.relative_to(ROOT)): len({*folder.glob("*.py")} - {folder / "__init__.py"}) for folder in folders
    }
    assert len(sizes) > 20
    assert {name: size for name, size in sizes.items() if size > MOST_IN.get(name, MOST)} == {}


def test_no_file_is_longer_than_one_reads_at_a_time() -> None:
    files = [
        path for part in ("src", "simulators", "bench", "scripts", "tests") for path in (ROOT / part).rglob("*.py")
    ]
    lines = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {name: number for name, number in lines.items() if number > LONGEST} == {}

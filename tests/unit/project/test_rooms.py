"""The rooms stay small enough to be looked over."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[3]
MOST = 16
MOST_IN = {"src/plexsync/agent": 12}


def test_no_room_holds_more_modules_than_one_can_look_over() -> None:
    parts = ("src", "simulators", "tests")
    folders = {path.parent for part in parts for path in (ROOT / part).rglob("*.py")}
    sizes = {
        str(folder.relative_to(ROOT)): len({*folder.glob("*.py")} - {folder / "__init__.py"}) for folder in folders
    }
    assert len(sizes) > 20
    assert {name: size for name, size in sizes.items() if size > MOST_IN.get(name, MOST)} == {}

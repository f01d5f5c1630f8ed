"""The tree stays one a newcomer can read: small folders, one meaning for each name."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "plexsync"
MOST_MODULES, MOST_IN_AGENT = 16, 12


def modules(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("*.py") if file.name != "__init__.py")


@pytest.mark.parametrize("tree", [SOURCE, ROOT / "simulators"], ids=["product", "simulators"])
def test_no_folder_has_more_modules_than_one_takes_in_at_a_glance(tree: Path) -> None:
    counts = {str(folder.relative_to(ROOT)): len(modules(folder)) for folder in tree.rglob("*") if folder.is_dir()}
    assert counts
    assert {folder: number for folder, number in counts.items() if number > MOST_MODULES} == {}


def test_the_agent_stays_small() -> None:
    assert len(modules(SOURCE / "agent")) <= MOST_IN_AGENT


def test_no_two_types_share_a_name() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].add(str(file.relative_to(SOURCE)))
    assert len(places) > 100
    assert {name: files for name, files in places.items() if len(files) > 1} == {}

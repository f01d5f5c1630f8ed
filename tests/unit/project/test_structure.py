"""One meaning for each name: a newcomer who has met a type once knows it everywhere."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3] / "src" / "plexsync"


def test_no_two_types_share_a_name() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].add(str(file.relative_to(SOURCE)))
    assert len(places) > 100
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_no_test_imports_another_test() -> None:
    """Modules that several tests need are helpers, and named as such."""
    tests = Path(__file__).resolve().parents[2]
    found = {
        str(file.relative_to(tests)): name
        for file in tests.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (name := node.module or "").startswith("test_")
    }
    assert found == {}

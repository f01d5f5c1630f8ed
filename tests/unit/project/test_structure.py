"""One meaning for each name, functions that fit on a screen, and few exceptions to the rules of the code."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from texts import tracked

ROOT = Path(__file__).resolve().parents[3]
LONGEST, USUAL = 45, 10
"""Lines of the longest function, and of one in the middle."""

EXCEPTIONS = [("src", "# noqa", 58), ("src", "Any", 240), (".", "# noqa", 130), (".", "Any", 1000)]
"""The most lines of the product, and of everything, with a check that is switched off or a value of any type."""


def trees(part: str) -> Iterator[tuple[str, ast.Module]]:
    for file in (ROOT / part).rglob("*.py"):
        yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("part", ["src", "simulators", "bench", "tests"])
def test_no_two_types_share_a_name(part: str) -> None:
    """Of the tests the helpers count: they are what other files read."""
    places: dict[str, set[str]] = defaultdict(set)
    for file, tree in trees(part):
        if Path(file).name.startswith("test_"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].add(file)
    assert len(places) > 5
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


@pytest.mark.parametrize("part", ["src", "simulators", "bench", "scripts"])
def test_a_function_fits_on_a_screen(part: str) -> None:
    lines = {
        f"{file}:{node.name}:{node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1
        for file, tree in trees(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert median(lines.values()) <= USUAL
    assert {name: number for name, number in lines.items() if number > LONGEST} == {}


@pytest.mark.parametrize(("part", "what", "most"), EXCEPTIONS)
def test_exceptions_stay_few(part: str, what: str, most: int) -> None:
    word = re.compile(rf"(?<!\w){re.escape(what)}(?!\w)")
    texts = (file.read_text(encoding="utf-8") for file in tracked(f"{part}/**/*.py"))
    assert sum(bool(word.search(line)) for text in texts for line in text.splitlines()) <= most


def test_no_test_imports_another_test() -> None:
    """Modules that several tests need are helpers, and named as such."""
    found = {
        file: name
        for file, tree in trees("tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (name := node.module or "").startswith("test_")
    }
    assert found == {}

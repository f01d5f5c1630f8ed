"""A moment in words is by this machine's clock, which need not be the clock of whoever reads the page."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCES = Path(__file__).parents[3] / "src" / "plexsync"
READ_AT_THIS_MACHINE = {
    "domain/standing/phrase.py",  # beside the moment itself, which the page writes in its reader's way
    "usecases/queue/rows.py",
    "usecases/status/lines.py",
}
"""Modules whose sentences the command line alone shows, or Stash's log."""


def test_only_what_this_machine_shows_has_moments_in_words() -> None:
    users = {str(path.relative_to(SOURCES)) for path in SOURCES.rglob("*.py") if _imports_moment(path)}
    assert {name for name in users if not name.startswith("cli/")} == READ_AT_THIS_MACHINE


def _imports_moment(path: Path) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "plexsync.domain.phrases"
        and "moment" in {alias.name for alias in node.names}
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )

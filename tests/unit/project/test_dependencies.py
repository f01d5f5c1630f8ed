"""Everything installed is pinned by hash, and docs/engineering/dependencies.md says when each pin was reviewed."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PIN = re.compile(r"^([a-z0-9_.-]+)==([^\s;\\]+)(.*?)(?=^[a-z0-9]|\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| ([a-z0-9_.-]+) \| ([0-9][^ |]*) \| (\d{4}-\d\d-\d\d) \|", re.MULTILINE)
DOCUMENT = (ROOT / "docs" / "engineering" / "dependencies.md").read_text("utf-8")
FILES = ("runtime.txt", "dev.txt", "app.txt", "docs.txt")


def pins(file: str) -> dict[tuple[str, str], str]:
    """Name and version of each pin, with the rest of it."""
    return {(name, version): rest for name, version, rest in PIN.findall((ROOT / "requirements" / file).read_text())}


def test_every_pin_has_a_row_and_every_row_a_pin() -> None:
    rows = {(name, version) for name, version, _ in ROW.findall(DOCUMENT)}
    assert rows == {pin for file in FILES for pin in pins(file)}


def test_what_the_zip_carries_stands_first() -> None:
    shipped = DOCUMENT.partition("## In the plugin's zip")[2].partition("\n## ")[0]
    assert {(name, version) for name, version, _ in ROW.findall(shipped)} == pins("runtime.txt").keys()


def test_every_date_is_a_day_since_pins_are_looked_at() -> None:
    """Not held against today: the clock of a machine that runs this may be set to any day."""
    for _, _, date in ROW.findall(DOCUMENT):
        assert dt.date.fromisoformat(date) >= dt.date(2026, 11, 1)


@pytest.mark.parametrize("file", FILES)
def test_every_pin_has_hashes(file: str) -> None:
    found = pins(file)
    assert found
    assert [pin for pin, rest in found.items() if "--hash=sha256:" not in rest] == []


@pytest.mark.parametrize("script", ["setup", "bundle.py", "docs"])
def test_hashes_are_asked_for(script: str) -> None:
    text = (ROOT / "scripts" / script).read_text("utf-8")
    assert "--require-hashes" in text

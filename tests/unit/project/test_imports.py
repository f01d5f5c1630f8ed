"""Commands that people wait for load no library that they do not need."""

from __future__ import annotations

import subprocess
import sys

import pytest

NETWORK = {"aiohttp", "ssl", "urllib3", "websocket"}


@pytest.mark.parametrize(
    ("module", "needless"),
    [
        ("plexsync.cli.main", NETWORK),
        ("plexsync.usecases.status.report", NETWORK),
        ("plexsync.usecases.status.lines", NETWORK),
        ("plexsync.usecases.why", {"aiohttp", "rich", "websocket"}),
    ],
)
def test_a_command_loads_no_library_that_it_does_not_need(module: str, needless: set[str]) -> None:
    program = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert not needless & set(loaded)

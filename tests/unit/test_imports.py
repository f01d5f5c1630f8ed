"""Commands that people wait for load no library that they do not need."""

from __future__ import annotations

import subprocess
import sys

import pytest

NETWORK = {"aiohttp", "ssl", "urllib3", "websocket"}


@pytest.mark.parametrize(
    "module", ["plexsync.cli.main", "plexsync.usecases.status.report", "plexsync.usecases.status.lines"]
)
def test_what_asks_no_server_loads_no_network_library(module: str) -> None:
    program = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert not NETWORK & set(loaded)

"""The soak and the random kills, as short as they can be; `scripts/soak` and `scripts/kill-test` are the long ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
BENCH = HERE.parent.parent / "bench"


def run(program: str, *words: str) -> dict[str, Any]:
    command = [sys.executable, str(BENCH / program), *words, "--json"]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_minute_of_edits_faults_outages_and_kills_loses_nothing() -> None:
    found = run("soak.py", "--minutes", "1", "--scenes", "120")
    assert (found["lost"], found["wrong"], found["rewritten"]) == (0, 0, 0)
    assert found["edits"] >= 100
    assert found["kills"] >= 2
    assert found["faults"] >= 10
    assert found["megabytes_grown"] <= 5
    assert found["handles_grown"] <= 4


@pytest.mark.slow
def test_a_few_random_kills_lose_nothing() -> None:
    found = run("kills.py", "--kills", "3", "--edits", "20", "--scenes", "40")
    assert (found["kills"], found["edits"]) == (3, 20)
    assert (found["lost"], found["wrong"], found["rewritten"]) == (0, 0, 0)

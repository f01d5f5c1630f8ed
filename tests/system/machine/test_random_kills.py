"""Random kills, as few as there can be: `scripts/kill-test` is the long run, and `scripts/test` soaks for minutes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plexsync_simulators.shared.json_type import Json

HELPERS = Path(__file__).parents[1] / "helpers"
BENCH = Path(__file__).parents[3] / "bench"


def run(program: str, *words: str) -> Json:
    command = [sys.executable, str(BENCH / program), *words, "--json"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HELPERS), str(HELPERS / "stages")])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    found: Json = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_a_few_random_kills_lose_nothing() -> None:
    found = run("kills.py", "--kills", "3", "--edits", "20", "--scenes", "40")
    assert (found["kills"], found["edits"]) == (3, 20)
    assert (found["lost"], found["wrong"], found["rewritten"]) == (0, 0, 0)

"""A probe in a process of its own, that dies at a chosen request."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from probe_stage import ITEM, ProbeStage


def start(folder: Path) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "probe_process.py"), str(folder), ITEM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )


def kill_at(stage: ProbeStage, request: int, when: str) -> bool:
    """Kill a probe at one of its requests; tells whether it came so far."""
    with start(stage.data) as process:
        assert process.stdout
        assert process.stdin
        pid = int(process.stdout.readline())
        fault = {"kind": "kill", "when": when, "skip": request, "pid": pid, "match": {"path_regex": "^/(?!:/)"}}
        stage.plex.control("POST", "faults", [fault])
        process.stdin.write("\n")
        process.stdin.close()
        code = process.wait(60)
    stage.plex.control("POST", "faults", [])
    return code == -signal.SIGKILL

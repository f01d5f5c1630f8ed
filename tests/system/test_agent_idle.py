"""What the agent costs while nobody changes anything."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from agent_stage import Stage, staged

SECONDS = 12.0
MOST = 0.005
ATTEMPTS = 4  # a busy neighbour makes the same work cost more


def cpu_seconds(pid: int) -> float:
    """User and system time of a process (proc(5): fields 14 and 15, the second after its name in brackets)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_idle_it_asks_nobody_and_hardly_uses_the_processor() -> None:
    with staged(60, seed=9) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal()
        stage.rig_idle()
        time.sleep(1.5)
        shares: list[float] = []
        while len(shares) < ATTEMPTS and min(shares, default=1.0) > MOST:
            shares.append(share_of_a_core(stage))
        assert min(shares) <= MOST, shares


def share_of_a_core(stage: Stage) -> float:
    """Watch the agent for a while; checks what it asks and returns what it uses of the processor."""
    stage.reset_counts()
    before = cpu_seconds(stage.agent_pid)
    time.sleep(SECONDS)
    used = cpu_seconds(stage.agent_pid) - before
    plex = stage.plex.control("GET", "requests")["requests"]
    assert sum(stage.stash_counts().values()) <= 1, "once a minute it checks that the file still tells"
    assert len(plex) <= 1, [one["path"] for one in plex]
    return used / SECONDS

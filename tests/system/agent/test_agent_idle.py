"""The agent's cost while nobody changes anything."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from agent_stage import Stage, single, staged
from crash_stage import ODD_AGENT
from inside import Inside, inside
from steering import tell

from plexsync.agent.status import describe
from plexsync.store.state import CURSOR, AgentStatus
from plexsync_simulators.world import make_world

SECONDS = 12.0
HOUR_IN_MINUTES = 60
STILL_MINUTES = 15  # more than the ten after which Plex is listed in full where no stamp told of a change
MOST = 0.005
SILENCE = 1000  # more than the two minutes after which the agent looks less often
SETTLE_SECONDS = 2.5
WAKES_SECONDS = 5.0
MOST_WAKES = 3.5  # 1.7 of the stash watcher, 0.6 of the main thread, 0.4 of all others together
ATTEMPTS = 4  # a busy neighbour makes the same work cost more


def cpu_seconds(pid: int) -> float:
    """User and system time of a process (proc(5): fields 14 and 15, the second after its name in brackets)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bytes_written(pid: int) -> int:
    """Return the bytes that a process has sent to a disk (proc(5): write_bytes)."""
    lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("write_bytes:")))


def wakes_a_second(pid: int) -> float:
    """Watch a process for a while; returns how often its threads had waited and went on (proc(5))."""
    before = wakes(pid)
    time.sleep(WAKES_SECONDS)
    return (wakes(pid) - before) / WAKES_SECONDS


def wakes(pid: int) -> int:
    statuses = [file.read_text().splitlines() for file in Path(f"/proc/{pid}/task").glob("*/status")]
    return sum(int(line.split()[1]) for lines in statuses for line in lines if line.startswith("voluntary_ctxt"))


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


@pytest.mark.alone
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_after_minutes_of_silence_it_wakes_seldom_and_is_there_at_once_all_the_same() -> None:
    with staged(20, seed=9, settings={"reconcile_interval": "never"}) as stage:
        clock = stage.folder / "clock"
        tell(clock, 0)
        stage.program = (str(ODD_AGENT),)
        stage.begin(ODD_CLOCK=str(clock))
        stage.sync_all()
        stage.wait_equal()
        shares: list[float] = []
        for later in range(SILENCE, (ATTEMPTS + 1) * SILENCE, SILENCE):
            tell(clock, later)
            time.sleep(SETTLE_SECONDS)
            shares.append(wakes_a_second(stage.agent_pid))
            if shares[-1] <= MOST_WAKES:
                break
        assert min(shares) <= MOST_WAKES, shares

        began = time.monotonic()
        stage.ask("wake", {})
        assert time.monotonic() - began <= 1.5
        tell(clock, 10 * SILENCE)
        time.sleep(SETTLE_SECONDS)
        scene = single(stage.world, 1)[0]
        began = time.monotonic()
        stage.edit_scene(scene, title="After silence")
        stage.wait_until(lambda: stage.item_of(scene)["title"] == "After silence")
        assert time.monotonic() - began <= 1.5, "half a second on a machine with nothing else to do"
        tell(clock, 11 * SILENCE)
        time.sleep(SETTLE_SECONDS)
        began = time.monotonic()
        assert stage.stop_agent() == 0
        assert time.monotonic() - began <= 1.0


def test_an_hour_without_a_change_writes_nothing_to_the_database() -> None:
    """Each part has its turn every minute of that hour: a disk that sleeps is not woken."""
    with inside(make_world(40, 9), settings={"reconcile_interval": "never", "no_startup_reconcile": True}) as stage:
        stage.sync()
        finish_what_is_owed(stage)
        written = stage.store.connection.total_changes
        asked = stage.stash_counts()["query"]
        for _ in range(HOUR_IN_MINUTES):
            minute(stage)
        assert stage.stash_counts()["query"] >= asked + HOUR_IN_MINUTES, "it looked"
        assert stage.store.connection.total_changes == written


def test_what_the_agent_says_of_itself_changes_with_no_minute_after_work() -> None:
    """It is kept whenever it is another one: what aged by itself would be written every second."""
    with inside(make_world(12, 9), settings={"reconcile_interval": "never"}) as stage:
        stage.sync()
        stage.work()
        told = [described(stage)]
        for _ in range(10):
            stage.later += 30
            told.append(described(stage))
        assert told == [told[0]] * len(told)
        assert told[0].counters["scenes_synced"] > 5


def test_a_change_after_an_hour_without_one_is_kept_with_where_the_feed_stands() -> None:
    with inside(make_world(40, 9), settings={"reconcile_interval": "never"}) as stage:
        stage.sync()
        for _ in range(3):
            minute(stage)
        before = stage.store.state.get(CURSOR)
        stage.edit_scene("3", title="After an hour")
        minute(stage)
        assert stage.store.state.get(CURSOR) != before
        assert stage.item_of("3")["title"] == "After an hour"


def finish_what_is_owed(stage: Inside) -> None:
    """Let minutes pass until a quarter of an hour wrote nothing; it must come within an hour."""
    still, written = 0, -1
    for _ in range(HOUR_IN_MINUTES):
        minute(stage)
        before, written = written, stage.store.connection.total_changes
        still = still + 1 if written == before else 0
        if still == STILL_MINUTES:
            return
    raise AssertionError("it wrote all the time")


def described(stage: Inside) -> AgentStatus:
    return describe([stage.worker], stage.stash_watcher, stage.shared, 0.0)


def minute(stage: Inside) -> None:
    """Let each part have its turn, a minute later."""
    stage.poll()
    stage.work()
    stage.reconciler.turn()
    stage.commands.turn()
    stage.settings.turn()


def share_of_a_core(stage: Stage) -> float:
    """Watch the agent for a while; checks what it asks and returns what it uses of the processor."""
    stage.reset_counts()
    before, written = cpu_seconds(stage.agent_pid), bytes_written(stage.agent_pid)
    time.sleep(SECONDS)
    used = cpu_seconds(stage.agent_pid) - before
    assert bytes_written(stage.agent_pid) == written
    plex = stage.plex.control("GET", "requests")["requests"]
    assert sum(stage.stash_counts().values()) <= 1, "once a minute it checks that the file still tells"
    assert len(plex) <= 1, [one["path"] for one in plex]
    return used / SECONDS

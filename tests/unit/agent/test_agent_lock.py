"""One agent per data folder: a lock that dies with its holder."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from plexsync.agent.lock import LOCK_NAME, AgentLock, is_held

HOLDER = """
import sys
from pathlib import Path
from plexsync.agent.lock import AgentLock
lock = AgentLock(Path(sys.argv[1]))
print(lock.take(), flush=True)
sys.stdin.read()
"""


def start_holder(folder: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    return holder


def test_nobody_holds_a_folder_that_was_never_used(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    assert not list(tmp_path.iterdir()), "asking leaves nothing behind"


def test_two_cannot_have_it_and_the_second_may_after_the_first(tmp_path: Path) -> None:
    first, second = AgentLock(tmp_path), AgentLock(tmp_path)
    assert first.take()
    assert not second.take()
    assert is_held(tmp_path)
    first.release()
    assert not is_held(tmp_path)
    assert second.take()
    second.release()


def test_another_process_holds_it_until_it_is_killed(tmp_path: Path) -> None:
    with start_holder(tmp_path) as holder:
        try:
            assert is_held(tmp_path)
            assert not AgentLock(tmp_path).take()
        finally:
            holder.kill()
        holder.wait()
        lock = AgentLock(tmp_path)
        assert lock.take()
        lock.release()


def test_patience_outlasts_a_probe(tmp_path: Path) -> None:
    probe, lock, pauses = AgentLock(tmp_path), AgentLock(tmp_path), list[float]()

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            probe.release()

    assert probe.take()
    assert lock.take(1.0, pause)
    assert len(pauses) == 3
    lock.release()


def test_patience_has_an_end(tmp_path: Path) -> None:
    holder, pauses = AgentLock(tmp_path), list[float]()
    holder.take()
    assert not AgentLock(tmp_path).take(1.0, pauses.append)
    assert sum(pauses) == pytest.approx(1.0)
    holder.release()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_nobody_else_may_hold_the_lock(tmp_path: Path) -> None:
    lock = AgentLock(tmp_path / "data")
    lock.take()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / LOCK_NAME).stat().st_mode) == 0o600
    lock.release()


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot become another there")
def test_a_lock_that_is_handed_over_is_never_free_and_not_inherited_further(tmp_path: Path) -> None:
    successor = """
import os, subprocess, sys
from pathlib import Path
from plexsync.agent.lock import HANDED_OVER, AgentLock
lock = AgentLock(Path(sys.argv[1]))
if "second" in sys.argv:
    print(lock.resume(), HANDED_OVER in os.environ, flush=True)
    child = "import os, sys; print(sum(os.path.realpath(f'/dev/fd/{n}') == sys.argv[1] for n in os.listdir('/dev/fd')))"
    subprocess.run([sys.executable, "-c", child, os.path.realpath(Path(sys.argv[1], "agent.lock"))])
    sys.stdin.read()
else:
    assert lock.take()
    lock.hand_over()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:], "second"])
"""
    command = [sys.executable, "-c", successor, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True False\n"
        assert is_held(tmp_path)
        assert process.stdout.readline() == "0\n"
        process.communicate("")
    assert not is_held(tmp_path)


def test_nothing_is_resumed_that_was_not_handed_over(tmp_path: Path) -> None:
    assert not AgentLock(tmp_path).resume()

"""Starting an agent so that it outlives whoever started it, and starting it again in place."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from plexsync.agent import spawn

SHOW = """
import os, sys
from pathlib import Path
facts = [os.getpid(), os.getppid(), os.environ["MALLOC_ARENA_MAX"]]
if sys.platform != "win32":
    facts += [os.getsid(0), *(os.readlink(f"/dev/fd/{n}") for n in range(3))]
target = Path(sys.argv[1])
fresh = target.with_suffix(".new")
fresh.write_text("\\n".join(map(str, facts)))
fresh.replace(target)
"""
AGAIN = """
import os, sys
from pathlib import Path
from plexsync.agent import spawn
seen = Path(sys.argv[1])
with seen.open("a") as out:
    out.write(f"{os.getpid()} {sys.argv[2:]} {sys.flags.isolated}\\n")
if len(seen.read_text().splitlines()) < 2:
    spawn.start_again()
"""


@pytest.mark.parametrize(("value", "allowed"), [(None, True), ("", True), ("0", True), ("1", False), ("yes", False)])
def test_a_person_may_forbid_it(monkeypatch: pytest.MonkeyPatch, value: str | None, *, allowed: bool) -> None:
    monkeypatch.delenv(spawn.NO_AGENT, raising=False)
    if value is not None:
        monkeypatch.setenv(spawn.NO_AGENT, value)
    assert spawn.is_allowed() is allowed


def test_the_plugins_agent_is_run_by_the_plugins_own_file(tmp_path: Path) -> None:
    assert spawn.plugin_command(tmp_path / "plugin", tmp_path / "data") == (
        sys.executable, "-I", "-S", str(tmp_path / "plugin" / "hook.py"), "agent", str(tmp_path / "data"),
    )  # fmt: skip


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /dev/fd")
def test_it_is_detached_with_nothing_of_its_starter_left_open(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    target = tmp_path / "facts"
    pid = spawn.start([sys.executable, "-c", SHOW, str(target)])
    deadline = time.monotonic() + 20
    while not target.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    own, parent, heaps, session, *descriptors = target.read_text().splitlines()
    assert (int(own), int(parent), int(session)) == (pid, os.getpid(), pid)
    assert descriptors == [os.devnull] * 3
    assert heaps == "2"
    os.waitpid(pid, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot become another there")
def test_starting_again_keeps_process_id_and_command_line(tmp_path: Path) -> None:
    seen, script = tmp_path / "seen", tmp_path / "script.py"
    script.write_text(AGAIN)
    command = [sys.executable, "-I", str(script), str(seen), "agent", "data folder"]
    assert subprocess.run(command, check=True, timeout=20).returncode == 0
    first, second = seen.read_text().splitlines()
    assert first == second
    assert first.endswith("['agent', 'data folder'] 1")

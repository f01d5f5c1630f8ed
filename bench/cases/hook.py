"""The cost of a hook for Stash: the whole process of hook.py beside a Python that does nothing, in turns."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from measuring.baselines import BARE, bare_interpreter, process_seconds
from measuring.case import Tools
from measuring.measured import Baseline, Limit, Row
from plexsync.agent.lock import is_held
from plexsync.store import Store
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync_simulators.rig import Rig
from prepared.rigging import ROOT, install

HOOK = ROOT / "plugin" / "hook.py"
BIG = 5_000_000
MOST_WALL, MOST_PROCESSOR = Limit("median", most=0.150), Limit("median", most=0.060)
MOST, MOST_BIG = Limit("ratio", most=1.15), Limit("ratio", most=2.0)


def document(folder: Path, payload: int = 0, port: int = 9999) -> bytes:
    """Return a hook's stdin in Stash's own order of keys, with `payload` bytes of cover image."""
    connection = {"Scheme": "http", "Host": "127.0.0.1", "Port": port, "SessionCookie": None, "Dir": str(folder)}
    context = {"id": 1, "type": "Scene.Create.Post", "input": {"cover_image": "A" * payload} if payload else None}
    whole = {"server_connection": connection, "args": {"hookContext": context, "mode": "hook"}}
    return json.dumps(whole, separators=(",", ":")).encode()


def run_hook(hook: Path, stdin: bytes) -> float:
    """Run it as Stash does; returns the seconds."""
    return process_seconds((sys.executable, "-I", "-S", str(hook)), stdin)


def in_turns(what: str, number: int, measured: Callable[[], float], *limits: Limit) -> Row:
    """Measure something and an empty Python in turns."""
    runs = [(bare_interpreter(), measured()) for _ in range(number)]
    bare, ours = zip(*runs, strict=True)
    return Row(what, ours, baseline=Baseline(BARE, bare), limits=limits)


def forget_pages(folder: Path) -> None:
    """Let the system forget what it holds in memory of some files."""
    for path in filter(Path.is_file, folder.rglob("*")):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def measure(tools: Tools, _size: int) -> Iterator[Row]:
    """Measure while an agent lives (its lock is held here), and when none does."""
    number = tools.times(4, 40, 120)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plexsync").mkdir()
        with (folder / "plexsync" / "agent.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            small, big = document(folder), document(folder, BIG)
            yield in_turns("hook.py, agent alive", number, lambda: run_hook(HOOK, small), MOST)
            yield in_turns("the same with 5 MB on stdin", number, lambda: run_hook(HOOK, big), MOST_BIG)
            yield from of_overview(folder, number)
            yield in_turns("the same from a cold cache", number, lambda: cold(folder, small))
    yield from without_agent(tools.times(2, 5, 15))


def of_overview(folder: Path, number: int) -> Iterator[Row]:
    """Measure what a page's look at the overview costs: its time, and the processor's."""
    runs = [(cost(bare_interpreter), cost(lambda: overview(folder))) for _ in range(number)]
    limits = {"a page's overview, agent alive": (MOST, MOST_WALL), "the same in processor time": (MOST_PROCESSOR,)}
    for which, what in enumerate(limits):
        bare, ours = (tuple(run[side][which] for run in runs) for side in (0, 1))
        yield Row(what, ours, baseline=Baseline(BARE, bare), limits=limits[what])


def cost(measured: Callable[[], float]) -> tuple[float, float]:
    """Return the seconds of a process, and those that it kept a processor busy."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = measured()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def overview(folder: Path) -> float:
    """Ask as a page does, while an agent keeps the overview of 12 KB."""
    connection = {"Scheme": "http", "Host": "127.0.0.1", "Port": 9999, "SessionCookie": None, "Dir": str(folder)}
    asked = {"server_connection": connection, "args": {"mode": "operation", "operation": "overview"}}
    data = folder / "plexsync"
    (data / "overview.json").write_text(json.dumps({"overview": "x" * 12_000}))
    (data / "overview.wanted").touch()
    return run_hook(HOOK, json.dumps(asked, separators=(",", ":")).encode())


def cold(folder: Path, stdin: bytes) -> float:
    """Run a copy that is in no cache: written anew, its pages forgotten; Python itself stays in memory."""
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        shutil.copy(HOOK, fresh)
        forget_pages(Path(fresh))
        return run_hook(Path(fresh, HOOK.name), stdin)


def without_agent(number: int) -> Iterator[Row]:
    """Measure a hook that finds no agent and starts one, which is ended again each time."""
    with Rig() as rig:
        install(rig)
        plugin, folder = rig.folder / "stash" / "plugins" / "StashPlexSync", rig.folder / "elsewhere"
        stdin = document(folder, port=rig.stash.port)

        def start_one() -> float:
            taken = run_hook(plugin / "hook.py", stdin)
            end_agent(folder / "plexsync")
            return taken

        def start_cold() -> float:
            shutil.rmtree(folder / "plexsync", ignore_errors=True)  # what Python compiled is in here
            forget_pages(plugin)
            return start_one()

        start_one()
        yield in_turns("no agent: hook.py starts one", number, start_one)
        yield in_turns("the same, first time and from a cold cache", number, start_cold)


def end_agent(data: Path) -> None:
    """End the agent that a hook has started, once it has said who it is."""
    until = time.monotonic() + 30
    while not is_held(data) or not (pid := agent_of(data)):
        if time.monotonic() > until:
            raise TimeoutError("the hook has started no agent")
        time.sleep(0.02)
    os.kill(pid, signal.SIGTERM)
    while is_held(data):
        time.sleep(0.02)


def agent_of(data: Path) -> int:
    """Return the process id of the agent that holds a data folder, 0 as long as it has not told it."""
    with contextlib.closing(Store(data)) as store:
        told = store.state.get(AGENT_STATUS, AgentStatus())
    return told.pid if not told.ended_at else 0

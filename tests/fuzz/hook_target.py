"""Documents on hook.py's stdin, whoever writes them: the built plugin, run as a program.

A million starts of Python would take a day, so one process is kept ready with all modules loaded, and forks: each child
runs the whole file with its own three descriptors and ends as hook.py ends itself.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import CodeType
from typing import Any

import noise
from target import HERE, Target, Wrong

from plexsync import stash_plugin
from plexsync.stash_plugin.operations import catalogue
from plexsync.stash_plugin.tasks.catalogue import TASKS

ROOT = HERE.parent.parent
RECORDINGS = ROOT / "tests" / "recordings" / "stash" / "hooks"
SECONDS = 20
_RAW = re.compile(r"Traceback|^\w*(Error|Exception|Interrupt|Exit)\(")
_KEPT = {"PLEXSYNC_NO_AGENT": "1"}
NETWORK = {"health_check", "preview_reconcile"}
OPERATIONS = sorted(
    name
    for noun, names in catalogue.NOUNS.items()
    for name in names
    if not noun.startswith("setup.") and name != "preview_start"  # they ask plex.tv, or start a process of their own
)


@dataclass(frozen=True)
class Plugin:
    """The built plugin's folder, its hook.py compiled (package.py is loaded), and the data folder it works in."""

    folder: Path
    code: CodeType
    data: Path


@contextlib.contextmanager
def opened() -> Iterator[Target]:
    """The target, with the plugin as it is published."""
    assert stash_plugin
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  each child opens and closes the state there
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory(dir=memory) as data_name:
        folder, data = Path(name), Path(data_name)
        subprocess.run([sys.executable, str(ROOT / "scripts" / "bundle.py"), name], check=True, capture_output=True)
        with zipfile.ZipFile(folder / "StashPlexSync.zip") as archive:
            archive.extractall(folder / "plugin")
        hook = folder / "plugin" / "hook.py"
        load_package(hook.with_name("package.py"))
        plugin = Plugin(folder / "plugin", compile(hook.read_text("utf-8"), str(hook), "exec"), data)
        documents = [document for _, document in recorded()]
        yield Target("hook", 10, lambda rng: make(rng, documents), lambda data: _run(data, plugin))


def load_package(path: Path) -> None:
    """Load package.py, which hook.py then finds."""
    spec = importlib.util.spec_from_file_location("package", path)
    assert spec
    assert spec.loader
    module = sys.modules["package"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


def recorded() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every recorded stdin."""
    for path in sorted(RECORDINGS.glob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        calls = case.get("calls") if isinstance(case, dict) else None
        if calls and isinstance(calls[0].get("stdin"), dict):
            yield path.stem, calls[0]["stdin"]


def make(rng: Random, documents: list[dict[str, Any]]) -> bytes:
    """Return a document of Stash's with something wrong in it, or something else altogether."""
    connection = {"Scheme": "http", "Host": "127.0.0.1", "Port": 9, "SessionCookie": None, "Dir": "/nonexistent"}
    task = rng.choice(sorted(TASKS.keys() - NETWORK))
    args: Mapping[str, Any] = rng.choice(
        (
            {"mode": "task", "task": task, "scene": 5, "days": "30", "deep": "true"},
            {"mode": "operation", "operation": rng.choice(OPERATIONS)},
            {"mode": "hook", "hookContext": {"id": 1, "type": "Scene.Create.Post", "input": None, "inputFields": []}},
        )
    )
    document = rng.choice(({"server_connection": connection, "args": args}, rng.choice(documents)))
    chance = rng.random()
    if chance < 0.6:
        return noise.encoded({**document, "args": noise.mutated(rng, document.get("args"))})
    if chance < 0.75:
        return noise.encoded(noise.mutated(rng, document))
    if chance < 0.8:
        return noise.encoded(noise.any_json(rng))
    return noise.garbled(rng, noise.encoded(document))


def _run(data: bytes, plugin: Plugin) -> None:
    """Run hook.py on one input in a process of its own and judge what it leaves."""
    files = [os.memfd_create(name) for name in ("stdin", "stdout", "stderr")]
    try:
        os.write(files[0], data)
        os.lseek(files[0], 0, os.SEEK_SET)
        child = os.fork()
        if not child:
            _be_the_hook(files, plugin)
        _, status = os.waitpid(child, 0)
        out, err = (os.pread(file, 10_000_000, 0) for file in files[1:])
    finally:
        for file in files:
            os.close(file)
    _judge(status, out, err)


def _be_the_hook(files: list[int], plugin: Plugin) -> None:
    try:
        for number, file in enumerate(files):
            os.dup2(file, number)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        sys.stdin, sys.stdout, sys.stderr = (open(number, mode) for number, mode in enumerate(("r", "w", "w")))  # noqa: SIM115, PTH123
        os.environ.update({**_KEPT, "PLEXSYNC_DATA_DIR": str(plugin.data)})
        sys.argv = [str(plugin.folder / "hook.py")]
        exec(plugin.code, {"__name__": "__main__", "__file__": sys.argv[0]})  # noqa: S102  the file itself
    finally:
        os._exit(97)


def _judge(status: int, out: bytes, err: bytes) -> None:
    if status:
        raise Wrong(
            f"hung: {SECONDS} s" if os.WIFSIGNALED(status) else f"exit code {os.waitstatus_to_exitcode(status)}"
        )
    answer = json.loads(out)
    if not isinstance(answer, dict) or not answer or not answer.keys() <= {"output", "error"}:
        raise Wrong(f"answered {out[:200]!r}")
    lines = err.decode().split("\n")
    if lines.pop() or not all(line[:1] == "\x01" and line[1:2] in "tdiwep" and line[2:3] == "\x02" for line in lines):
        raise Wrong(f"on stderr: {err[:500]!r}")
    errors = [line[3:] for line in lines if line[1] == "e"]
    if len(errors) != ("error" in answer):
        raise Wrong(f"{answer} and the lines {errors}")
    for words in (*(line[3:] for line in lines), str(answer.get("error", ""))):
        if _RAW.search(words) or len(words) > 60_000:
            raise Wrong(f"shown to a person: {words[:300]}")

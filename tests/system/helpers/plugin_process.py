"""Runs hook.py as Stash does: a process, one document on its stdin, and what came out of it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECORDINGS = Path(__file__).parents[2] / "recordings" / "stash" / "hooks"
HOLD = """
import fcntl, sys
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_SH if sys.argv[2] == "shared" else fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""

# Root may write everywhere, which hides what a read-only folder does: these powers are taken away first.
CONFINED = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search", "--"]
    if hasattr(os, "geteuid") and os.geteuid() == 0
    else []
)


@dataclass(frozen=True, slots=True)
class PluginResult:
    """The result of a plugin process."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def answer(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        found = json.loads(self.stdout)
        assert isinstance(found, dict)
        return found

    @property
    def errors(self) -> list[str]:
        """The error lines on stderr; every line there must keep to Stash's log protocol and its limit."""
        lines = self.stderr.decode().split("\n")
        assert lines.pop() == ""
        assert all(line[:1] == "\x01" and line[1:2] in "tdiwep" and line[2:3] == "\x02" for line in lines), lines
        assert all(len(line.encode()) < 60_000 for line in lines)
        return [line[3:] for line in lines if line[1] == "e"]

    def assert_well_behaved(self) -> None:
        """Assert what holds whatever happens: exit code 0, one JSON object, one error line if something is wrong."""
        assert self.code == 0
        assert self.answer.keys() <= {"output", "error"}
        assert len(self.errors) == ("error" in self.answer)


def document(folder: Path, args: Mapping[str, Any]) -> bytes:
    """Return a document for Stash's folder `folder`, with these arguments."""
    connection = {"Scheme": "http", "Host": "127.0.0.1", "Port": 9, "SessionCookie": None, "Dir": str(folder)}
    return encode({"server_connection": connection, "args": args})


def hook_document(folder: Path, payload: int = 0) -> bytes:
    """Return a hook's document, with a cover image of `payload` bytes."""
    context = {"id": 1, "type": "Scene.Create.Post", "input": {"cover_image": "A" * payload} if payload else None}
    return document(folder, {"hookContext": context, "mode": "hook"})


def encode(value: object) -> bytes:
    """Write JSON as Go does: compact, UTF-8, and <, > and & escaped."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode()


def recorded_documents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the first recorded stdin of every case that started a process."""
    for path in sorted(RECORDINGS.glob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        calls = case.get("calls") if isinstance(case, dict) else None
        if calls and isinstance(calls[0].get("stdin"), dict):
            yield path.stem, calls[0]["stdin"]


def run_plugin(
    plugin: Path,
    stdin: bytes,
    *,
    python: tuple[str, ...] = (sys.executable,),
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> PluginResult:
    """Run `python -I -S plugin/hook.py` to its end; `python` may hold flags and programs to run it under."""
    done = subprocess.run(
        [*CONFINED, *python, "-I", "-S", str(plugin / "hook.py")],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, **(environment or {})},
        cwd=cwd,
        timeout=60,
    )
    return PluginResult(done.returncode, done.stdout, done.stderr)


@contextlib.contextmanager
def lock_held(data: Path, how: str = "exclusive") -> Iterator[None]:
    """Let another process hold the agent's lock of a data folder."""
    data.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", HOLD, str(data / "agent.lock"), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        yield
        holder.communicate()

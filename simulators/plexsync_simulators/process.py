"""Start a simulated server as a process of its own and steer it from outside.

All simulators keep one protocol. They start by `python -m MODULE --option value`, and write one JSON line with `url`
and `pid` to stdout once they listen. JSON under `/_sim/` steers them. They end on SIGTERM. They also end when the
process named in the environment as PARENT_VARIABLE is no longer their parent.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, final

from plexsync_simulators.forked_process import ForkedProcess
from plexsync_simulators.shared.lifetime import PARENT_VARIABLE

FORKSERVER_VARIABLE = "PLEXSYNC_SIM_FORKSERVER"
PLEX = "plexsync_simulators.plex"
STASH = "plexsync_simulators.stash"
PLEXTV = "plexsync_simulators.plextv"


class StartFailed(RuntimeError):
    """The simulator did not say that it listens; the message holds what it wrote to stderr."""


@final
class Process:
    """A running simulator, ended at the latest when the `with` block is left.

    Options become flags: `read_latency_ms=2` is `--read-latency-ms 2`; True gives the bare flag, None and
    False give none, a list repeats the flag, and a mapping is handed over as a JSON file.
    """

    def __init__(self, module: str, *, start_timeout: float = 30.0, **options: object) -> None:
        """Start `python -m module` and wait, at most `start_timeout` seconds, until it listens.

        Raises StartFailed.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="plexsync-sim-")
        self._stderr_path = Path(self._folder.name) / "stderr.txt"
        with self._stderr_path.open("wb") as stderr:
            self._child = _start(module, list(_flags(options, Path(self._folder.name))), stderr)
        try:
            self.url = self._announced_url(start_timeout)
        except StartFailed:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """The simulator's process id."""
        return self._child.pid

    @property
    def port(self) -> int:
        """The TCP port it listens on, to start a successor on the same one."""
        port = urllib.parse.urlsplit(self.url).port
        if port is None:
            raise StartFailed(f"no port in {self.url!r}")
        return port

    @property
    def running(self) -> bool:
        """Whether the process still lives."""
        return self._child.poll() is None

    @property
    def stderr(self) -> str:
        """Return the simulator's stderr so far; empty once it was stopped."""
        if not self._stderr_path.exists():
            return ""
        return self._stderr_path.read_text(encoding="utf-8", errors="replace")

    def control(self, method: str, path: str, body: object = None, *, timeout: float = 30.0) -> Any:
        """Ask the control API and give back its JSON answer (None for an empty one).

        `path` may leave out the leading `/_sim/`. Raises RuntimeError with the answer's text on a refusal.
        """
        full = path if path.startswith("/") else f"/_sim/{path}"
        request = urllib.request.Request(  # noqa: S310 - always http on loopback
            self.url + full,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        try:
            with _DIRECT.open(request, timeout=timeout) as answer:
                raw = answer.read()
        except urllib.error.HTTPError as refusal:
            with refusal:
                text = refusal.read().decode("utf-8", "replace")
            raise RuntimeError(f"{method} {full}: {refusal.code} {text}") from None
        return json.loads(raw) if raw else None

    def stop(self, timeout: float = 10.0) -> int:
        """End it as a service manager would (SIGTERM) and give back its exit code."""
        if self.running:
            self._child.terminate()
        try:
            code = self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self._clean_up()
        return code

    def kill(self) -> None:
        """End it at once, without a chance to save anything."""
        if self.running:
            self._child.kill()
        self._child.wait()
        self._clean_up()

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _announced_url(self, timeout: float) -> str:
        output = self._child.stdout
        if output is None:
            raise StartFailed("no pipe to its stdout")
        guard = threading.Timer(timeout, self._child.kill)
        guard.start()
        try:
            line = output.readline()
        finally:
            guard.cancel()
        try:
            return str(json.loads(line)["url"])
        except (ValueError, KeyError, TypeError):
            self._child.wait()
            raise StartFailed(f"no listening line, got {line!r}; stderr: {self.stderr}") from None

    def _clean_up(self) -> None:
        if self._child.stdout is not None:
            self._child.stdout.close()
        self._folder.cleanup()


@contextlib.contextmanager
def start_plex(**options: Any) -> Iterator[Process]:
    """A simulated Plex Media Server for the length of a `with` block; options as of Process."""
    with Process(PLEX, **options) as process:
        yield process


@contextlib.contextmanager
def start_stash(**options: Any) -> Iterator[Process]:
    """A simulated Stash for the length of a `with` block; options as of Process."""
    with Process(STASH, **options) as process:
        yield process


@contextlib.contextmanager
def start_plextv(**options: Any) -> Iterator[Process]:
    """A simulated plex.tv for the length of a `with` block; options as of Process."""
    with Process(PLEXTV, **options) as process:
        yield process


# Proxies named in the environment are for the world outside, never for a server on loopback.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _start(module: str, flags: list[str], stderr: IO[bytes]) -> subprocess.Popen[bytes] | ForkedProcess:
    """Start it from the fork server that the environment names, else as a process of our own."""
    forkserver = os.environ.get(FORKSERVER_VARIABLE)
    if forkserver:
        return ForkedProcess(forkserver, module, flags, stderr, PARENT_VARIABLE)
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", module, *flags],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env={**os.environ, PARENT_VARIABLE: str(os.getpid())},
    )


def _flags(options: Mapping[str, object], folder: Path) -> Iterator[str]:
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            yield flag
        elif isinstance(value, list | tuple):
            for one in value:
                yield from (flag, str(one))
        elif isinstance(value, Mapping):
            path = folder / f"{name}.json"
            path.write_text(json.dumps(value), encoding="utf-8")
            yield from (flag, str(path))
        else:
            yield from (flag, str(value))

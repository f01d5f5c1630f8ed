"""Starts a plugin as a real process the way the server does and reads its two outputs.

Facts: tests/recordings/stash/plugin-loading.md §2 to §7. Standard input is one JSON document without a newline.
Standard output is read to its end before the process is waited for, so a detached child that inherited it blocks.
A stop kills the direct child only and waits for nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, cast

from plexsync_simulators.stash.log import Log
from plexsync_simulators.stash.plugins.registry import Plugin

# The server's line reader gives up on a longer line, and with it on all that follows.
_LONGEST_LINE = 64 * 1024
_LEVELS = {b"t": "trace", b"d": "debug", b"i": "info", b"w": "warning", b"e": "error", b"p": "progress"}


class CannotStart(Exception):
    """The program was not found or may not be run; the text is the server's."""


class PluginFailed(Exception):
    """The plugin ended with an error: its own `error` text, or `exit status N`."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The result: all of standard output, and the exit status (negative: the signal that killed it)."""

    output: bytes
    status: int


class Launcher:
    """Starts plugins. `python` is the interpreter that the words python and python3 stand for."""

    def __init__(self, log: Log, python: str) -> None:
        self._log = log
        self._python = python
        self._running: set[Running] = set()

    def start(self, plugin: Plugin, document: dict[str, object], progress: Callable[[float], None] | None) -> Running:
        """Start the plugin with this document on its standard input; raises CannotStart."""
        command = self._command(plugin)
        environment = {**os.environ, "PYTHONPATH": _python_path(plugin)}
        pipe = subprocess.PIPE
        try:
            child = subprocess.Popen(  # noqa: S603 - plugins are programs of the person who runs this
                command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment
            )
        except OSError as error:
            raise CannotStart(f"error running plugin: fork/exec {command[0]}: {_go_text(error)}") from error
        self._log.add("debug", f"Plugin {plugin.name} started: {' '.join(command)}")
        reader = _Reader(self._log, plugin, progress)
        running = Running(child, _as_go_writes(document), reader, self._running.discard)
        self._running.add(running)
        return running

    def _command(self, plugin: Plugin) -> list[str]:
        if not plugin.exec:
            raise CannotStart("empty exec value")
        program = plugin.exec[0]
        arguments = [word.replace("{pluginDir}", str(plugin.folder)) for word in plugin.exec[1:]]
        if program in ("python", "python3"):
            return [self._python, *arguments]
        found = shutil.which(program)
        return [found or str(plugin.folder / program.lstrip("/")), *arguments]


class Running:
    """One started plugin; `ended` is done when both its outputs are at their end and it was waited for."""

    def __init__(
        self, child: subprocess.Popen[bytes], document: bytes, reader: _Reader, forget: Callable[[Running], None]
    ) -> None:
        self.child = child
        self._loop = asyncio.get_running_loop()
        self._document = document
        self._forget = forget
        self.ended: asyncio.Future[Ended] = self._loop.create_future()
        self._errors = threading.Thread(target=reader.read, args=(child.stderr,), daemon=True)
        self._errors.start()
        threading.Thread(target=self._run, daemon=True).start()

    async def result(self) -> Ended:
        """Wait for the end; if the waiting is cancelled, the direct child is killed at once."""
        try:
            return await asyncio.shield(self.ended)
        except asyncio.CancelledError:
            self.kill()
            raise

    def kill(self) -> None:
        """Kill the direct child, as stopping a job or a lost client does; its own children live on."""
        if self.child.poll() is None:
            self.child.kill()

    def _run(self) -> None:
        given, output = cast("IO[bytes]", self.child.stdin), cast("IO[bytes]", self.child.stdout)
        # A plugin may leave its input unread.
        with contextlib.suppress(BrokenPipeError), given:
            given.write(self._document)
        with output:
            text = output.read()
        status = self.child.wait()
        self._errors.join()
        # The server may have ended meanwhile: a plugin outlives it, and nobody waits any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._settle, Ended(text, status))

    def _settle(self, ended: Ended) -> None:
        self._forget(self)
        if not self.ended.done():
            self.ended.set_result(ended)


class _Reader:
    """Reads a plugin's standard error: log lines with a level, and progress."""

    def __init__(self, log: Log, plugin: Plugin, progress: Callable[[float], None] | None) -> None:
        self._log = log
        self._prefix = f"[Plugin / {plugin.name}] "
        self._default = plugin.error_level
        self._progress = progress

    def read(self, pipe: IO[bytes]) -> None:
        """Read to the end, or to the first line that is too long; then close the pipe."""
        with pipe:
            while True:
                line = pipe.readline(_LONGEST_LINE)
                if not line or (len(line) == _LONGEST_LINE and not line.endswith(b"\n")):
                    return
                self._line(line.rstrip(b"\n").removesuffix(b"\r"))

    def _line(self, line: bytes) -> None:
        if not line:
            return
        level, text = self._default, line
        if len(line) >= 3 and line[:1] == b"\x01" and line[2:3] == b"\x02" and line[1:2] in _LEVELS:
            level, text = _LEVELS[line[1:2]], line[3:]
        if level == "progress" and text:
            self._tell(text)
        elif level == "progress":
            self._log.add("error", self._prefix + line.decode(errors="replace"))
        else:
            self._log.add(level, self._prefix + text.decode(errors="replace"))

    def _tell(self, text: bytes) -> None:
        try:
            value = float(text)
        except ValueError:
            return
        if self._progress is not None:
            self._progress(min(max(value, 0.0), 1.0))


def parse_output(ended: Ended) -> object:
    """Return what a plugin gave back; raises PluginFailed (tests/recordings/stash/plugin-loading.md §6)."""
    text = ended.output.decode(errors="replace")
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if isinstance(document, dict) and document.get("error") is not None:
        raise PluginFailed(str(document["error"]))
    if ended.status:
        raise PluginFailed(f"signal: {_signal(-ended.status)}" if ended.status < 0 else f"exit status {ended.status}")
    return document.get("output") if isinstance(document, dict) else text


def _signal(number: int) -> str:
    return {9: "killed", 15: "terminated", 11: "segmentation fault"}.get(number, str(number))


def _python_path(plugin: Plugin) -> str:
    parent = str(plugin.folder.resolve().parent)
    own = os.environ.get("PYTHONPATH")
    return f"{own}{os.pathsep}{parent}" if own else parent


def _as_go_writes(document: object) -> bytes:
    """Return JSON as the server's library writes it: compact, UTF-8, and <, > and & escaped."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text.encode()


def _go_text(error: OSError) -> str:
    return (error.strerror or str(error)).lower()

"""`plexsync setup` at a terminal, with a person who reads and types."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
import time

from command_line import command, environment, heeding_ctrl_c
from setup_stage import SetupStage


class Terminal:
    """`plexsync setup` at a terminal, with a person who reads and types."""

    def __init__(self, stage: SetupStage, *words: str) -> None:
        self._ours, theirs = pty.openpty()
        self._said = ""
        variables = {**environment(stage.variables), "COLUMNS": "200", "NO_COLOR": "1"}
        with heeding_ctrl_c():
            self.process = subprocess.Popen(
                command(stage.data, "setup", *words),
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                env=variables,
                start_new_session=True,
            )
        os.close(theirs)

    def read(self, pattern: str, seconds: float = 60.0) -> str:
        """Read until something is said, and return the first group of it."""
        until = time.monotonic() + seconds
        while (found := re.search(pattern, self._said)) is None:
            assert time.monotonic() < until, self._said
            with contextlib.suppress(OSError):
                self._said += os.read(self._ours, 65536).decode("utf-8", "replace")
            assert self._said or self.process.poll() is None
        self._said = self._said[found.end() :]
        return found.group(1) if found.groups() else found.group(0)

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def end(self) -> int:
        with contextlib.suppress(OSError):
            while os.read(self._ours, 65536):
                pass
        os.close(self._ours)
        return self.process.wait(20)

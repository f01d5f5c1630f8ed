"""A simulator that the fork server has forked, as its asker sees it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO, final

from plexsync_simulators.shared.json_type import Json

LARGEST = 1 << 20


@final
class ForkedProcess:
    """A forked simulator, with what :class:`subprocess.Popen` offers for a child of one's own."""

    def __init__(self, path: str, module: str, arguments: Sequence[str], stderr: IO[bytes], parent: str) -> None:
        read, write = os.pipe()
        self.stdout: IO[bytes] = os.fdopen(read, "rb")
        self._link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._link.connect(path)
        asked = {
            "module": module,
            "arguments": list(arguments),
            "environment": {name: value for name, value in os.environ.items() if name != parent},
            "parent": parent,
            "folder": str(Path.cwd()),
        }
        socket.send_fds(self._link, [json.dumps(asked).encode()], [write, stderr.fileno()])
        os.close(write)
        self.pid = int(self._hear(None)["pid"])
        self.returncode: int | None = None

    def _hear(self, timeout: float | None) -> Json:
        self._link.settimeout(timeout)
        told: Json = json.loads(self._link.recv(LARGEST) or b"{}")
        return told

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code; raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            try:
                self.returncode = int(self._hear(timeout).get("code", -signal.SIGKILL))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired("simulator", timeout or 0.0) from None
            self._link.close()
        return self.returncode

    def poll(self) -> int | None:
        """Return the exit code, None while it lives."""
        try:
            return self.wait(0.0)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, number: int) -> None:
        """Send a signal unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

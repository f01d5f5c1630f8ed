"""Simulators forked from one process that has loaded them already: a start takes a hundredth of a second, not one.

``python -m plexsync_simulators.forkserver SOCKET`` says "ready" on stdout and serves until its stdin ends. Each
connection to the socket is one simulator: first come the request (JSON) and the descriptors for its stdout and
stderr, then the answer `{"pid": …}`, at the simulator's end `{"code": …}`. A simulator whose asker has gone is killed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, final

from plexsync_simulators.forked_process import LARGEST
from plexsync_simulators.stash.graphql import schema

MODULES = ("plexsync_simulators.plex", "plexsync_simulators.stash", "plexsync_simulators.plextv")


@final
class Forkserver:
    """Listens at a socket's path and has a child for each connection."""

    def __init__(self, path: Path) -> None:
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listening.bind(str(path))
        self._listening.listen(64)
        self._children: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()

    def serve(self) -> None:
        """Serve until stdin ends, then kill what is left."""
        ended, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for end in (sys.stdin.buffer, self._listening, ended):
            self._selector.register(end, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is sys.stdin.buffer:
                    for pid in self._children:
                        os.kill(pid, signal.SIGKILL)
                    return
                if key.fileobj is self._listening:
                    self._take(self._listening.accept()[0])
                elif key.fileobj == ended:
                    os.read(ended, 4096)
                    self._reap()
                else:
                    self._abandoned(key.data)

    def _take(self, link: socket.socket) -> None:
        raw, descriptors, _, _ = socket.recv_fds(link, LARGEST, 2)
        pid = os.fork()
        if pid == 0:
            _be(json.loads(raw), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        self._children[pid] = link
        self._selector.register(link, selectors.EVENT_READ, pid)
        link.send(json.dumps({"pid": pid}).encode())

    def _abandoned(self, pid: int) -> None:
        self._selector.unregister(self._children[pid])
        os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        for pid, link in list(self._children.items()):
            found, status = os.waitpid(pid, os.WNOHANG)
            if not found:
                continue
            del self._children[pid]
            if link in self._selector.get_map():
                self._selector.unregister(link)
                with contextlib.suppress(OSError):  # who asked has gone at the same moment
                    link.send(json.dumps({"code": os.waitstatus_to_exitcode(status)}).encode())
            link.close()


def _be(asked: Mapping[str, Any], stdout: int, stderr: int) -> NoReturn:
    """Become the simulator."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(stdout, 1)
        os.dup2(stderr, 2)
        os.closerange(3, 1024)
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["environment"], **{asked["parent"]: str(os.getppid())})
        sys.argv = [asked["module"], *asked["arguments"]]
        code = importlib.import_module(f"{asked['module']}.__main__").main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001  the edge of a process
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Listen, load everything, then serve the askers."""
    forkserver = Forkserver(Path(sys.argv[1]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for module in MODULES:
        importlib.import_module(f"{module}.__main__")
    for version in schema.VERSIONS:
        schema.load(version)
    gc.collect()
    gc.freeze()
    forkserver.serve()


if __name__ == "__main__":
    main()

"""Starting the agent as a process of its own that outlives whoever started it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NO_AGENT = "PLEXSYNC_NO_AGENT"
HEAPS = {"MALLOC_ARENA_MAX": "2"}
"""glibc would give each thread a heap of its own, and none gives back what it once needed: 8 MB after some minutes."""


def is_allowed() -> bool:
    """Tell whether hook and tasks may start an agent (``PLEXSYNC_NO_AGENT=1`` forbids it)."""
    return os.environ.get(NO_AGENT, "") in {"", "0"}


def plugin_command(plugin_folder: Path, data_folder: Path) -> tuple[str, ...]:
    """Return the command line of an agent that runs from the plugin's own folder."""
    return (sys.executable, "-I", "-S", str(plugin_folder / "hook.py"), "agent", str(data_folder))


def preview_command(plugin_folder: Path, data_folder: Path) -> tuple[str, ...]:
    """Return the command line of a process that makes the preview which was asked for."""
    return (sys.executable, "-I", "-S", str(plugin_folder / "hook.py"), "preview", str(data_folder))


def own_command(data_folder: Path) -> tuple[str, ...]:
    """Return the command line of an agent of the installation that asks, without the plugin."""
    return (sys.executable, "-m", "plexsync.cli", "--data", str(data_folder), "agent")


def start(command: Sequence[str]) -> int:
    """Start a detached process; returns its id.

    All three descriptors are on null, because Stash waits for the end of an inherited one
    (tests/recordings/stash/plugin-loading.md §7).
    """
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    process = subprocess.Popen(  # noqa: S603  our own interpreter and file
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=True,
        env={**HEAPS, **os.environ},
        start_new_session=sys.platform != "win32",
        creationflags=flags,
    )
    process.returncode = 0  # not ours to wait for: silences the warning about a living child
    return process.pid


def start_again() -> None:
    """Become a fresh process of the same command line: another version's code, or a clean start.

    The process id stays, so whoever supervises this agent notices nothing; Windows knows no such thing, there a new
    process is started. The lock must have been released or handed over before.
    """
    command = [sys.executable, *sys.orig_argv[1:]]
    if sys.platform == "win32":
        start(command)
    else:
        os.execv(command[0], command)  # noqa: S606  our own interpreter and arguments

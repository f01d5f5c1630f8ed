"""Both simulated servers with the built plugin, for tests in a browser: `page_stage.py ZIP OPTIONS`, OPTIONS as JSON.

It writes one JSON line with the addresses. Each JSON line on stdin is an act; its answer is a JSON line too. The end of
stdin ends it all.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from task_menu import TOKEN, Menu, open_menu, until

from plexsync.agent.lock import is_held


def kill_agent(menu: Menu, _: Mapping[str, Any]) -> None:
    """End the agent as a crash does."""
    if is_held(menu.data):
        os.kill(menu.agent_pid(), signal.SIGKILL)
        until(lambda: not is_held(menu.data))


def configure(menu: Menu, settings: Mapping[str, Any]) -> None:
    """Write settings.toml anew."""
    menu.configure(**settings)


def task(menu: Menu, asked: Mapping[str, Any]) -> str:
    """Run a task of Stash's menu to its end; returns what it said."""
    return menu.run(asked["name"]).text


def settle(menu: Menu, _: Mapping[str, Any]) -> None:
    """Wait until nothing is left that could be worked on now."""

    def is_idle() -> bool:
        with menu.store() as store:
            return store.jobs.ready(time.time()) == 0

    until(is_idle, 60)


ACTS: Mapping[str, Callable[[Menu, Mapping[str, Any]], object]] = {
    "kill_agent": kill_agent,
    "configure": configure,
    "task": task,
    "settle": settle,
}


def main(archive: str, options: str) -> None:
    """Serve acts until stdin ends."""
    chosen = json.loads(options)
    with (
        zipfile.ZipFile(archive) as plugin,
        tempfile.TemporaryDirectory(prefix="plexsync-page-") as name,
        open_menu(Path(name), plugin.extractall, **chosen) as menu,
    ):
        tell({"stash": menu.stash.url, "plex": menu.plex.url, "token": TOKEN, "data": str(menu.data)})
        for line in sys.stdin:
            asked = json.loads(line)
            try:
                tell({"answer": ACTS[asked["act"]](menu, asked)})
            except (AssertionError, RuntimeError, OSError) as problem:
                tell({"error": str(problem)})


def tell(what: object) -> None:
    """Write one line for the other side."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])

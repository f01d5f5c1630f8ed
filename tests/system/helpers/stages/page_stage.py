"""Both simulated servers with the built plugin, for tests in a browser: `page_stage.py ZIP OPTIONS`, OPTIONS as JSON.

It writes one JSON line with the addresses. Each JSON line on stdin is an act; its answer is a JSON line too. The end of
stdin ends it all.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from large_preview import make_large
from real_stash import open_real
from task_menu import TOKEN, Menu, open_menu, until

from plexsync.agent.lock import is_held


def kill_agent(menu: Menu, _: Mapping[str, Any]) -> None:
    """End the agent as a crash does."""
    if is_held(menu.data):
        os.kill(menu.agent_pid(), signal.SIGKILL)
        until(lambda: not is_held(menu.data))


def configure(menu: Menu, asked: Mapping[str, Any]) -> None:
    """Write settings.toml anew."""
    menu.configure(**asked["settings"])


def task(menu: Menu, asked: Mapping[str, Any]) -> str:
    """Run a task of Stash's menu to its end; returns what it said."""
    return menu.run(asked["name"]).text


def agent_lives(menu: Menu, _: Mapping[str, Any]) -> bool:
    """Tell whether an agent lives, once it has had the time to start."""
    until(lambda: is_held(menu.data))
    return True


def touch(menu: Menu, asked: Mapping[str, Any]) -> None:
    """Save a scene with another title, so that there is something to bring over."""
    scene = next(iter(menu.world.belongs))
    mutation = "mutation($input: SceneUpdateInput!) { sceneUpdate(input: $input) { id } }"
    menu.ask(mutation, input={"id": scene, "title": asked.get("title", f"Edited at {time.time():.3f}")})


def settle(menu: Menu, _: Mapping[str, Any]) -> None:
    """Wait until nothing is left that could be worked on now."""

    def is_idle() -> bool:
        with menu.store() as store:
            return store.jobs.ready(time.time()) == 0

    until(is_idle, 60)


def large_preview(menu: Menu, asked: Mapping[str, Any]) -> None:
    """Keep a preview of so many rows."""
    make_large(menu.data, asked["rows"])


ACTS: Mapping[str, Callable[[Menu, Mapping[str, Any]], object]] = {
    "kill_agent": kill_agent,
    "configure": configure,
    "task": task,
    "settle": settle,
    "agent_lives": agent_lives,
    "touch": touch,
    "large_preview": large_preview,
}


@contextlib.contextmanager
def opened(archive: str, options: Mapping[str, Any]) -> Iterator[Menu]:
    """Start both servers, or a Plex beside the Stash that the options name."""
    if "url" in options:
        with open_real(options["url"], Path(options["data"])) as menu:
            yield menu
        return
    with (
        zipfile.ZipFile(archive) as plugin,
        tempfile.TemporaryDirectory(prefix="plexsync-page-") as name,
        open_menu(Path(name), plugin.extractall, **options) as menu,
    ):
        yield menu


def main(archive: str, options: str) -> None:
    """Serve acts until stdin ends."""
    with opened(archive, json.loads(options)) as menu:
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

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
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from large_preview import make_large
from real_stash import open_real
from task_menu import TOKEN, Menu, open_menu, until

from plexsync.agent.lock import is_held
from plexsync.store.jobs import Priority, Setback, State
from plexsync.store.state import AGENT_STATUS, CHOSEN_SERVER, SETUP, AgentStatus
from plexsync_simulators.process import start_plextv


def kill_agent(menu: Menu, _: Mapping[str, Any]) -> None:
    """End the agent as a crash does."""
    if is_held(menu.data):
        os.kill(menu.agent_pid(), signal.SIGKILL)
        until(lambda: not is_held(menu.data))


def configure(menu: Menu, asked: Mapping[str, Any]) -> None:
    """Write settings.toml anew, and end a set-up; ends when a living agent rests or works as it says."""
    with menu.store() as store:
        store.state.drop(SETUP)
    menu.configure(**asked["settings"])
    if is_held(menu.data):
        until(lambda: is_paused(menu) == bool(asked["settings"].get("paused")))


def is_paused(menu: Menu) -> bool:
    """Tell whether the agent rests because of its settings."""
    with menu.store() as store:
        return store.state.get(AGENT_STATUS, AgentStatus()).paused


def task(menu: Menu, asked: Mapping[str, Any]) -> str:
    """Run a task of Stash's menu to its end; returns what it said."""
    return menu.run(asked["name"]).text


def agent_lives(menu: Menu, _: Mapping[str, Any]) -> bool:
    """Tell whether an agent lives, once it has had the time to start."""
    until(lambda: is_held(menu.data))
    return True


def agent_started(menu: Menu, _: Mapping[str, Any]) -> float:
    """Return when the agent began that described itself last."""
    with menu.store() as store:
        return store.state.get(AGENT_STATUS, AgentStatus()).started_at


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


def age(menu: Menu, _: Mapping[str, Any]) -> None:
    """Let two days pass since Plex was found to lack files."""
    with menu.store() as store:
        store.connection.execute("UPDATE job SET parked_at = parked_at - 172800 WHERE parked_at > 0")


def give_up(menu: Menu, asked: Mapping[str, Any]) -> None:
    """Give up so many scenes, beyond those that Stash has."""
    first, now = 1_000_000, time.time()
    scenes = range(first, first + asked["number"])
    with menu.store() as store, store.transaction():
        store.jobs.enqueue(scenes, priority=Priority.BULK, origin="feed", now=now)
        for job in filter(None, map(store.jobs.get, scenes)):
            store.jobs.defer(job, Setback(State.DEAD, "not_applied", {"fields": "title"}, now), now)


def single(menu: Menu, asked: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return some scenes that have one item of their own, and the keys of these items."""
    with menu.store() as store:
        owned: dict[str, str] = {}
        for scene in sorted(store.scenes.ids()):
            items = {
                item for places in store.library.holding(store.scenes.keys_of(scene)).values() for item, _ in places
            }
            if len(items) == 1 and len(store.library.parts_of(min(items))) == 1 and min(items) not in owned.values():
                owned[str(scene)] = min(items)
    scenes = list(owned)[: asked["number"]]
    return {"scenes": scenes, "keys": [owned[scene] for scene in scenes]}


def edit(menu: Menu, asked: Mapping[str, Any]) -> None:
    """Give a scene another title in Stash, as its page does."""
    query = "mutation($id: ID!, $title: String!) { sceneUpdate(input: {id: $id, title: $title}) { id } }"
    menu.ask(query, id=asked["scene"], title=asked["title"])


def title_of(menu: Menu, asked: Mapping[str, Any]) -> str:
    """Return the title that Plex shows for the first file of a scene."""
    with menu.store() as store:
        (key, *_) = store.scenes.keys_of(int(asked["scene"]))
        ((item, _), *_) = store.library.holding([key])[key]
    return str(menu.plex.control("GET", f"dump?ids={item}")[0]["title"])


def fill_queue(menu: Menu, asked: Mapping[str, Any]) -> None:
    """Queue so many scenes, beyond those that Stash has, for a time when nothing is paused."""
    with menu.store() as store, store.transaction():
        scenes = range(2_000_000, 2_000_000 + asked["number"])
        store.jobs.enqueue(scenes, priority=Priority.BULK, origin="feed", now=time.time())


def other_tool(menu: Menu, asked: Mapping[str, Any]) -> None:
    """Let another tool's settings be in Stash, or none."""
    query = 'mutation($input: Map!) { configurePlugin(plugin_id: "Stash2Plex", input: $input) }'
    menu.ask(query, input=asked["settings"])


SHORT = 4
"""The length of a code that a person types."""

TV = "PLEXSYNC_TEST_TV"


def new_beginning(menu: Menu, _: Mapping[str, Any]) -> None:
    """Let nothing be set up: no settings, and no word of a set-up before."""
    menu.configure(plex_url=None, plex_token=None, path_map=None, log_level="info")  # an empty file would say nothing
    with menu.store() as store:
        store.state.drop(SETUP)
        store.state.drop(CHOSEN_SERVER)


def approve(menu: Menu, asked: Mapping[str, Any]) -> None:
    """Let PlexSync in at plex.tv, by the newest short code; the account's list has the simulated Plex, if any."""
    tv = os.environ[TV]
    connection = {"protocol": "http", "address": "127.0.0.1", "port": menu.plex.port, "uri": menu.plex.url}
    row = {
        "name": "Living room",
        "provides": "server",
        "clientIdentifier": menu.plex.control("GET", "/identity")["MediaContainer"]["machineIdentifier"],
        "accessToken": TOKEN,
        "owned": True,
        "presence": True,
        "connections": [{**connection, "local": True, "relay": False, "IPv6": False}],
    }
    steer(tv, "resources", [row][: asked.get("servers", 1)])
    codes = [pin["code"] for pin in steer(tv, "pins", None) if len(pin["code"]) == SHORT]
    steer(tv, "approve", {"code": asked.get("code", codes[-1])})


def expire_codes(_menu: Menu, _: Mapping[str, Any]) -> None:
    """Let the time of all links and codes be over."""
    steer(os.environ[TV], "expire", {})


def lock_studios(menu: Menu, asked: Mapping[str, Any]) -> None:
    """Leave a studio and its lock on some items, as another tool does; an empty one takes both away."""
    until(lambda: len(single(menu, asked)["keys"]) == asked["number"], 60)  # a first agent has both sides to read
    parts = {"lock": ["studio"]} if asked["value"] else {"unlock": ["studio"]}
    for key in single(menu, asked)["keys"]:
        menu.plex.control("POST", f"items/{key}", {"set": {"studio": asked["value"]}, **parts})


def steer(tv: str, path: str, body: object) -> Any:
    """Ask the control API of the simulated plex.tv."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{tv}/_sim/{path}", data)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
        return json.loads(answer.read())


ACTS: Mapping[str, Callable[[Menu, Mapping[str, Any]], object]] = {
    "kill_agent": kill_agent,
    "configure": configure,
    "task": task,
    "settle": settle,
    "age": age,
    "give_up": give_up,
    "fill_queue": fill_queue,
    "single": single,
    "edit": edit,
    "title_of": title_of,
    "other_tool": other_tool,
    "agent_lives": agent_lives,
    "agent_started": agent_started,
    "touch": touch,
    "new_beginning": new_beginning,
    "approve": approve,
    "expire_codes": expire_codes,
    "lock_studios": lock_studios,
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
    # A Stash that runs already was told where plex.tv is: it has to be there.
    named = urllib.parse.urlsplit(os.environ.get("PLEXSYNC_PLEX_TV", ""))
    with start_plextv(port=named.port) as tv:
        # The plugin's processes have Stash's environment, and that has ours.
        os.environ |= {"PLEXSYNC_PLEX_TV": tv.url, TV: tv.url}
        serve(archive, options)


def serve(archive: str, options: str) -> None:
    """Start the servers, and do one act after the other."""
    with opened(archive, json.loads(options)) as menu:
        folders = menu.world.path_map.split("; ")[0].replace("=>", "→")
        here = {"stash": menu.stash.url, "plex": menu.plex.url, "token": TOKEN, "data": str(menu.data)}
        tell({**here, "folders": folders})
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

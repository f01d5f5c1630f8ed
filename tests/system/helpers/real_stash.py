"""A Stash that runs already, with the plugin installed, beside a simulated Plex that holds the same files."""

from __future__ import annotations

import contextlib
import json
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from task_menu import TOKEN, Menu

from plexsync_simulators.process import Process, start_plex
from plexsync_simulators.world import World

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_FILES = "query { allScenes { id files { path size duration } } configuration { general { stashes { path } } } }"
_MARK = "of-a-test"


class RealStash:
    """Answers a :class:`Menu` in place of a simulated Stash, as far as a real one can."""

    def __init__(self, url: str) -> None:
        self.url = url

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Ask GraphQL; the lines of the log come by it too."""
        if path == "log":
            rows = self.control("POST", "/graphql", {"query": "query { logs { level message } }"})["data"]["logs"]
            return list(reversed(rows))
        headers = {"Content-Type": "application/json"}
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, method=method, data=data, headers=headers)
        with _DIRECT.open(request, timeout=60) as answer:
            return json.loads(answer.read())


class RealMenu(Menu):
    """A menu whose agent compares nothing by itself as it starts: in a Stash of tests everything was edited today."""

    def configure(self, **settings: Any) -> None:
        """Write PlexSync's settings.toml anew."""
        super().configure(**{"no_startup_reconcile": True, **settings})


def _empty(menu: Menu) -> None:
    """Forget an earlier run of tests; a folder that somebody else made is left alone, and refused."""
    if menu.data.exists():
        if not (menu.data / _MARK).exists():
            raise RuntimeError(f"{menu.data} is not from a test: move it away if nobody needs it")
        menu.end_agent()
        shutil.rmtree(menu.data)


def _world(scenes: list[Any], folders: list[str]) -> World:
    """Make a Plex library of a Stash's files but those of its last scene; it sees Stash's folders at other places."""
    places = {folder: f"/media/{number}" for number, folder in enumerate(folders, 1)}

    def seen(path: str) -> str:
        folder = next(folder for folder in folders if path.startswith(f"{folder}/"))
        return places[folder] + path[len(folder) :]

    shown = {scene["id"]: scene["files"] for scene in scenes} | {scene["id"]: [] for scene in scenes[-1:]}
    belongs = {scene: tuple(seen(file["path"]) for file in files) for scene, files in shown.items()}
    files = [
        {"path": seen(file["path"]), "size": file["size"], "duration": int(1000 * file["duration"])}
        for those in shown.values()
        for file in those
    ]
    items = [{"title": Path(str(file["path"])).stem, "files": [file]} for file in files]
    movies = {"key": "1", "title": "Movies", "type": "movie", "agent": "tv.plex.agents.movie", "language": "en-US"}
    others = {**movies, "key": "2", "title": "Others", "locations": ["/media/others"], "items": []}
    library = {"sections": [{**movies, "locations": list(places.values()), "items": items}, others]}
    path_map = "; ".join(f"{folder} => {place}" for folder, place in places.items())
    return World({"scenes": scenes}, library, path_map, belongs, (), ())


@contextlib.contextmanager
def open_real(url: str, data: Path) -> Iterator[Menu]:
    """Reach the Stash at ``url``, whose PlexSync keeps its data in ``data``, and start a Plex with its files."""
    stash = RealStash(url)
    told = stash.control("POST", "/graphql", {"query": _FILES})["data"]
    world = _world(told["allScenes"], [row["path"] for row in told["configuration"]["general"]["stashes"]])
    with start_plex(library=world.plex, token=TOKEN) as plex:
        menu = RealMenu(cast("Process", stash), plex, world, data.parent, Path())
        _empty(menu)
        menu.configure()
        (menu.data / _MARK).touch()
        try:
            yield menu
        finally:
            menu.end_agent()

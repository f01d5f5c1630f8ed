"""Two libraries of Plex over two roots."""

from __future__ import annotations

from inside import item, scene, small_world

from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import World

MOVED = {"path_map": ""}


def section(key: str, folder: str, *items: Json) -> Json:
    common = {"type": "movie", "agent": "tv.plex.agents.movie", "language": "en-US"}
    return {
        "sections": [{"key": key, "title": f"Library {key}", "locations": [folder], "items": list(items), **common}]
    }


def two_roots() -> World:
    old = [scene(number, f"{number}.mp4") for number in range(1, 6)]
    new = [scene(number, f"{number}.mp4") for number in range(6, 11)]
    for one in new:
        one["files"][0]["path"] = one["files"][0]["path"].replace("/data/", "/data2/")
    return small_world(*old, *new, items=[item(f"{number}.mp4") for number in range(1, 6)])

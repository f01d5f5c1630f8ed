"""The proper state of Plex, worked out from the made-up collection by rules of the demo's own.

They are simpler than PlexSync's and written apart from them, so that the two check each other. Nothing here asks
PlexSync for anything.
"""

from __future__ import annotations

import copy
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from plexsync_simulators.world import World

Shown = Mapping[str, str | tuple[str, ...]]
"""An item's fields in the form in which the demo compares them."""


def plain(text: str | None) -> str:
    """Return text with single blanks and one spelling of each letter."""
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def names(found: Iterable[str]) -> tuple[str, ...]:
    """Return names as a set, in one order, letter case put aside: Plex takes "TV" and "tv" for one tag."""
    return tuple(sorted({plain(name).casefold() for name in found}))


class Truth:
    """Both libraries as they are meant to be; edits in Stash are repeated here.

    An item goes by the path of its first file. ``owner`` maps it to the scene it belongs to; items without a scene, and
    those that two scenes claim, have none and must stay as Plex scanned them.
    """

    def __init__(self, world: World) -> None:
        stash = copy.deepcopy(world.stash)
        self._scenes: dict[str, dict[str, Any]] = {scene["id"]: scene for scene in stash["scenes"]}
        self._names = {kind: {row["id"]: row["name"] for row in stash[kind]} for kind in stash if kind != "scenes"}
        self._scanned: dict[str, str] = {}
        self.owner: dict[str, str] = {}
        belongs = {path: scene for scene, paths in world.belongs.items() for path in paths}
        for section in world.plex["sections"]:
            for item in section["items"]:
                first = item["files"][0]["path"]
                self._scanned[first] = item["title"]
                if first in belongs:
                    self.owner[first] = belongs[first]
        self.ambiguous = frozenset(scene for pair in world.ambiguous for scene in pair)

    @property
    def items(self) -> frozenset[str]:
        """All items of Plex."""
        return frozenset(self._scanned)

    @property
    def scenes(self) -> frozenset[str]:
        """The ids of all scenes."""
        return frozenset(self._scenes)

    @property
    def left_alone(self) -> dict[str, list[str]]:
        """The scenes that have no item to be written to, by what PlexSync calls it."""
        absent = sorted(self.scenes - self.ambiguous - set(self.owner.values()), key=int)
        return {
            "missing": [scene for scene in absent if self._scenes[scene]["files"]],
            "no_file": [scene for scene in absent if not self._scenes[scene]["files"]],
            "ambiguous": sorted(self.ambiguous, key=int),
        }

    def title(self, scene: str) -> str:
        """Return a scene's title in Stash."""
        return str(self._scenes[scene]["title"])

    def items_of(self, scenes: Iterable[str]) -> frozenset[str]:
        """Return the items that belong to some scenes."""
        wanted = set(scenes)
        return frozenset(path for path, scene in self.owner.items() if scene in wanted)

    def covered(self) -> Mapping[str, str]:
        """Map each item that ought to have its scene's cover to that scene."""
        return {path: scene for path, scene in self.owner.items() if self._scenes[scene]["cover"]}

    def wanted(self, path: str) -> Shown:
        """Return what an item ought to show."""
        scene = self._scenes.get(self.owner.get(path, ""))
        if scene is None:
            bare = {"summary": "", "date": "", "studio": "", "rating": ""}
            return {"title": plain(self._scanned[path]), **bare, **dict.fromkeys(_LISTS, ())}
        rating, studio = scene["rating100"], scene["studio_id"]
        return {
            "title": plain(scene["title"]) or plain(self._scanned[path]),
            "summary": plain(scene["details"]),
            "date": f"{scene['date']}-01-01"[:10] if scene["date"] else "",
            "studio": plain(self._names["studios"][studio]) if studio else "",
            "rating": f"{rating / 10:g}" if rating else "",
            "actors": names(self._names["performers"][one] for one in scene["performer_ids"]),
            "genres": names(self._names["tags"][one] for one in scene["tag_ids"]),
            "directors": names(scene["director"].split(",") if scene["director"] else ()),
            "collections": names(self._names["groups"][one] for one, _ in scene["group_ids"]),
        }

    def edit(self, scenes: Iterable[str], **values: Any) -> None:
        """Repeat an edit of scenes: columns by name."""
        for scene in scenes:
            self._scenes[scene].update(values)

    def add_tag(self, tag: str, name: str, scenes: Iterable[str]) -> None:
        """Repeat the making of a tag that some scenes get."""
        self._names["tags"][tag] = name
        for scene in scenes:
            self._scenes[scene]["tag_ids"].append(tag)

    def rename_tag(self, tag: str, name: str) -> frozenset[str]:
        """Repeat a tag's renaming; returns the scenes that have it."""
        self._names["tags"][tag] = name
        return frozenset(scene["id"] for scene in self._scenes.values() if tag in scene["tag_ids"])

    def busiest_tag(self) -> tuple[str, str]:
        """Return id and name of the tag most scenes have, of those whose name no other differs from in case only."""
        spellings = Counter(name.casefold() for name in self._names["tags"].values())
        uses = Counter(tag for scene in self._scenes.values() for tag in scene["tag_ids"])
        for tag, _ in uses.most_common():
            name = self._names["tags"][tag]
            if spellings[name.casefold()] == 1:
                return tag, name
        raise ValueError("no scene has a tag")


_LISTS = ("actors", "genres", "directors", "collections")

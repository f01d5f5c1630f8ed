"""Sync scenes to Plex the way scripts around plexapi do it: one scene after the other, by title, field by field.

`plexapi_script.py PLEX_URL TOKEN STASH_URL SCENE…`. For each scene: ask Stash for it, search Plex by title and then by
file name, take the item that holds the file, and send one edit per field that differs and one per list. Written for
the benchmark to stand for what a user would otherwise have; it is careful and does what PlexSync's default does to an
item, less what PlexSync does besides (several files, what a person put in, refusals, outages).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from unicodedata import normalize

import urllib3
from plexapi.server import PlexServer

from plexsync_simulators.world import to_plex

QUERY = """query Scene($id: ID!) { findScene(id: $id) {
  title details date director rating100 studio { name } performers { name } tags { name } groups { group { name } }
  files { path } } }"""
TAGS = {"genre": "genres", "actor": "actors", "director": "directors", "collection": "collections"}


class Script:
    """A connection to both servers."""

    def __init__(self, plex: str, token: str, stash: str) -> None:
        self._server: Any = PlexServer(plex, token, timeout=60)  # type: ignore[no-untyped-call]
        self._sections = [section for section in self._server.library.sections() if section.type == "movie"]
        self._pool = urllib3.PoolManager()
        self._stash = f"{stash}/graphql"

    def sync(self, scene: str) -> bool:
        """Bring one scene to Plex; tells whether it is there."""
        body = {"query": QUERY, "variables": {"id": scene}}
        found = self._pool.request("POST", self._stash, json=body).json()["data"]["findScene"]
        movie = self._find(found)
        if movie is None:
            return False
        movie.reload()
        if any([*_edit_texts(movie, found), *_edit_tags(movie, found)]):
            movie.reload()
        return True

    def _find(self, scene: Mapping[str, Any]) -> Any:
        paths = {normalize("NFC", to_plex(file["path"])) for file in scene["files"]}
        name = scene["files"][0]["path"].rpartition("/")[2] if paths else ""
        stem = name.rpartition(".")[0]  # Plex keeps the form of its own file system, and searches for just that
        for title in filter(None, (scene["title"], normalize("NFC", stem), normalize("NFD", stem))):
            for section in self._sections:
                for movie in section.search(title=title):
                    if paths & {normalize("NFC", part.file) for media in movie.media for part in media.parts}:
                        return movie
        return None


def _edit_texts(movie: Any, scene: Mapping[str, Any]) -> Iterable[bool]:
    rating = scene["rating100"]
    date = f"{scene['date']}-01-01"[:10] if scene["date"] else ""
    shown = f"{movie.originallyAvailableAt:%Y-%m-%d}" if movie.originallyAvailableAt else ""
    wanted: tuple[tuple[Any, Any, Callable[[Any], Any]], ...] = (
        (scene["title"], movie.title, movie.editTitle),
        (scene["details"], movie.summary, movie.editSummary),
        (date, shown, movie.editOriginallyAvailable),
        (scene["studio"] and scene["studio"]["name"], movie.studio, movie.editStudio),
        (rating and rating / 10, movie.userRating, movie.editUserRating),
    )
    for new, old, edit in wanted:
        if new and new != old:
            edit(new)
            yield True


def _edit_tags(movie: Any, scene: Mapping[str, Any]) -> Iterable[bool]:
    wanted = {
        "genre": [tag["name"] for tag in scene["tags"]],
        "actor": [performer["name"] for performer in scene["performers"]],
        "director": [name.strip() for name in (scene["director"] or "").split(",") if name.strip()],
        "collection": [row["group"]["name"] for row in scene["groups"]],
    }
    for name, tags in wanted.items():
        shown = {tag.tag.casefold(): tag.tag for tag in getattr(movie, TAGS[name])}
        new = [tag for tag in tags if tag.casefold() not in shown]
        old = [tag for key, tag in shown.items() if key not in {tag.casefold() for tag in tags}]
        if old:
            movie.editTags(name, old, remove=True)
            yield True
        if new:
            movie.editTags(name, new)
            yield True


def main(arguments: list[str]) -> int:
    """Sync the scenes named; returns how many are not in Plex."""
    plex, token, stash, *scenes = arguments
    script = Script(plex, token, stash)
    return min(100, sum(not script.sync(scene) for scene in scenes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

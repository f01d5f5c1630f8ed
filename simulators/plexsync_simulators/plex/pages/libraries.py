"""Pages that make, edit or remove a whole library.

Source: the specification's `POST /library/sections`, `PUT` and `DELETE /library/sections/{sectionId}`; plexapi's
Library.add, LibrarySection.edit and delete.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from aiohttp import web

from plexsync_simulators.plex.library.loading import load
from plexsync_simulators.plex.library.model import Section
from plexsync_simulators.plex.life import happenings
from plexsync_simulators.plex.pages.common import empty, params_of, required
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.plex.server import PlexServer


class LibraryPages:
    """Handlers, each named after what is done."""

    def __init__(self, server: PlexServer) -> None:
        self._server = server
        self._library = server.library

    async def make(self, request: web.Request) -> web.Response:
        """`POST /library/sections?name=&type=&agent=&language=&location=…`: a new library, scanned at once.

        Files that are in its folders on this machine are found.
        """
        locations = [value for name, value in params_of(request) if name == "location"]
        if not locations:
            raise Refused(400, "no location")
        entry = {"key": self._next_key(), "title": required(request, "name"), "type": required(request, "type")}
        query = {name: request.query[name] for name in ("agent", "language") if name in request.query}
        files = _files(locations)
        load(self._library, {"sections": [{**entry, **query, "locations": locations, "unscanned": files}]})
        self._server.scans.scan(self._library.section(entry["key"]), None)
        return empty()

    def _next_key(self) -> str:
        return str(1 + max(map(int, self._library.sections), default=0))

    async def edit(self, request: web.Request) -> web.Response:
        """`PUT /library/sections/{id}?name=&agent=&language=&location=…`: changed folders are scanned at once.

        plexapi sends `location`, the specification has `locations`.
        """
        section, params = self._section(request), params_of(request)
        query = dict(params)
        section.agent = query.get("agent") or section.agent
        section.language = query.get("language") or section.language
        happenings.rename(self._library, section, query.get("name") or section.title)
        locations = [value for name, value in params if name in ("location", "locations")]
        if locations:
            with self._server.hub.removing():
                happenings.relocate(self._library, section, locations)
            self._server.scans.scan(section, None)
        return empty()

    async def remove(self, request: web.Request) -> web.Response:
        """`DELETE /library/sections/{id}`."""
        section = self._section(request)
        self._server.scans.cancel(section)
        with self._server.hub.removing():
            happenings.remove_section(self._library, section)
        return empty()

    def _section(self, request: web.Request) -> Section:
        return self._library.section(request.match_info["section"])


def _files(folders: Iterable[str]) -> list[dict[str, str]]:
    return [{"path": str(path)} for folder in folders for path in sorted(Path(folder).glob("*.*"))]


def routes(server: PlexServer) -> Iterable[web.RouteDef]:
    """The routes of these pages."""
    pages = LibraryPages(server)
    section = "/library/sections/{section}"
    return [
        web.post("/library/sections", pages.make),
        web.put(section, pages.edit),
        web.delete(section, pages.remove),
    ]

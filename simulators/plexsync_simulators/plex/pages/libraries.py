"""Pages that edit or remove a whole library.

Source: the specification's `PUT` and `DELETE /library/sections/{sectionId}`; plexapi's LibrarySection.edit and delete.
"""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from plexsync_simulators.plex.library.model import Section
from plexsync_simulators.plex.life import happenings
from plexsync_simulators.plex.pages.common import empty, params_of
from plexsync_simulators.plex.server import PlexServer


class LibraryPages:
    """Handlers, each named after what is done."""

    def __init__(self, server: PlexServer) -> None:
        self._server = server
        self._library = server.library

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


def routes(server: PlexServer) -> Iterable[web.RouteDef]:
    """The routes of these pages."""
    pages = LibraryPages(server)
    section = "/library/sections/{section}"
    return [web.put(section, pages.edit), web.delete(section, pages.remove)]

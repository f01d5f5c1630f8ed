"""Pages about who watches now and who has watched: sessions and history.

Source: Plex's own OpenAPI document (docs/engineering/plex.md, mark SPEC); the rows' names as plexapi reads them.
"""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from plexsync_simulators.plex.answers.orders import Chosen, Rows
from plexsync_simulators.plex.answers.rows import full
from plexsync_simulators.plex.library.model import Item
from plexsync_simulators.plex.pages.common import answer, page_for, shape_for
from plexsync_simulators.plex.server import PlexServer


class WatchingPages:
    """Handlers, each named after its page."""

    def __init__(self, server: PlexServer) -> None:
        self._server = server

    async def sessions(self, request: web.Request) -> web.Response:
        """`GET /status/sessions`: the items that are played now."""
        items = [self._server.library.item(key) for key in self._server.playing]
        rows = [{**full(item, shape_for(request)), "sessionKey": str(place)} for place, item in enumerate(items, 1)]
        return answer(request, {"size": len(rows), **({"Metadata": rows} if rows else {})})

    async def history(self, request: web.Request) -> web.Response:
        """`GET /status/sessions/history/all`: nobody has watched a film to its end here."""
        nothing: Rows[Item] = Chosen([])
        page = page_for(request, nothing)
        return answer(request, dict(page.counts), headers=page.headers)


def routes(server: PlexServer) -> Iterable[web.RouteDef]:
    """The routes of these pages."""
    pages = WatchingPages(server)
    return [
        web.get("/status/sessions", pages.sessions),
        web.get("/status/sessions/history/all", pages.history),
    ]

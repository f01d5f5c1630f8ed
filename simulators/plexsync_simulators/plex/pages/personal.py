"""Pages for what belongs to a person, not to the item: rating, watched marks, how far one has come.

Source: docs/engineering/plex.md §4.3; whether any of it moves `updatedAt` is a switch.
"""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from plexsync_simulators.plex.library.loading import assign_value
from plexsync_simulators.plex.library.model import Item
from plexsync_simulators.plex.pages.common import empty, number
from plexsync_simulators.plex.server import PlexServer

# A person the server is shared with may ask for these too.
PATHS = frozenset({"/:/rate", "/:/scrobble", "/:/unscrobble", "/:/progress", "/:/timeline"})


class PersonalPages:
    """Handlers, each named after its page."""

    def __init__(self, server: PlexServer) -> None:
        self._server = server
        self._library = server.library

    async def rate(self, request: web.Request) -> web.Response:
        """`PUT /:/rate?key=&rating=`: 0 to 10, -1 clears."""
        item = self._item(request, "key")
        rating = number(request, "rating")
        if self._server.switches.rate == "ignored":
            return empty()
        assign_value(item, "userRating", None if rating < 0 else rating)
        assign_value(item, "lastRatedAt", int(self._library.clock()))
        self._note(item, moves=self._server.switches.rating_moves_updated)
        return empty()

    async def scrobble(self, request: web.Request) -> web.Response:
        """`PUT /:/scrobble?key=`: watched once more."""
        item = self._item(request, "key")
        assign_value(item, "viewCount", item.values.get("viewCount", 0) + 1)
        assign_value(item, "lastViewedAt", int(self._library.clock()))
        assign_value(item, "viewOffset", None)
        self._note(item, moves=self._server.switches.watching_moves_updated)
        return empty()

    async def unscrobble(self, request: web.Request) -> web.Response:
        """`PUT /:/unscrobble?key=`: not watched."""
        item = self._item(request, "key")
        assign_value(item, "viewCount", None)
        self._note(item, moves=self._server.switches.watching_moves_updated)
        return empty()

    async def progress(self, request: web.Request) -> web.Response:
        """`/:/progress?key=&time=&state=`: how far one has watched, in milliseconds."""
        return self._watched(request, self._item(request, "key"))

    async def timeline(self, request: web.Request) -> web.Response:
        """`/:/timeline?ratingKey=&time=&state=`: the same, as players report it while they play."""
        return self._watched(request, self._item(request, "ratingKey"))

    def _watched(self, request: web.Request, item: Item) -> web.Response:
        offset = int(number(request, "time"))
        assign_value(item, "viewOffset", offset)
        assign_value(item, "lastViewedAt", int(self._library.clock()))
        self._server.hub.playing(item, request.query.get("state", "playing"), offset)
        self._note(item, moves=self._server.switches.watching_moves_updated)
        return empty()

    def _note(self, item: Item, *, moves: bool) -> None:
        if moves:
            self._library.changed(item)
        else:
            self._library.changed_quietly(item)

    def _item(self, request: web.Request, name: str) -> Item:
        return self._library.item(int(number(request, name)))


def routes(server: PlexServer) -> Iterable[web.RouteDef]:
    """The routes of these pages; old and new clients use different methods for them."""
    pages = PersonalPages(server)
    handlers = [pages.rate, pages.scrobble, pages.unscrobble, pages.progress, pages.timeline]
    return [
        web.route(method, f"/:/{handler.__name__}", handler)
        for handler in handlers
        for method in ("GET", "PUT", "POST")
    ]

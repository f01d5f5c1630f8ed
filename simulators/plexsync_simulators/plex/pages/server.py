"""Pages about the server itself: identity, root, activities, preferences, events.

Source: spec_examples.json, ha_server_root.xml, docs/engineering/plex.md §5 and §6.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiohttp import web

from plexsync_simulators.plex.events.hub import Listener
from plexsync_simulators.plex.pages.common import IDENTIFIER, TAG_PREFIX, answer
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.plex.server import PlexServer


class ServerPages:
    """Handlers, each named after its page."""

    def __init__(self, server: PlexServer) -> None:
        self._server = server

    async def identity(self, request: web.Request) -> web.Response:
        """`GET /identity`, the one page that needs no token."""
        server = self._server
        container = {"size": 1, "claimed": server.switches.token_needed, "machineIdentifier": server.machine_id}
        return answer(request, {**container, "version": server.switches.version})

    async def root(self, request: web.Request) -> web.Response:
        """`GET /`."""
        directories = [{"count": 1, "key": key, "title": key} for key in ("activities", "library", "media")]
        container: dict[str, object] = {
            "size": len(directories),
            "allowMediaDeletion": True,
            "allowSharing": True,
            "allowSync": True,
            "certificate": True,
            "eventStream": True,
            "friendlyName": "Simulated Plex",
            "machineIdentifier": self._server.machine_id,
            "multiuser": True,
            "myPlex": True,
            "myPlexMappingState": "mapped",
            "myPlexSigninState": "ok",
            "myPlexSubscription": True,
            "myPlexUsername": "owner@example.com",
            "platform": "Linux",
            "platformVersion": "12 (bookworm)",
            "pluginHost": False,
            "transcoderActiveVideoSessions": 0,
            "transcoderVideo": True,
            "updatedAt": int(self._server.library.clock()),
            "version": self._server.switches.version,
            "Directory": directories,
        }
        return answer(request, container)

    async def library(self, request: web.Request) -> web.Response:
        """`GET /library`."""
        directories = [{"key": "sections", "title": "Library Sections"}]
        container = {"size": 1, "allowSync": False, "identifier": IDENTIFIER, **TAG_PREFIX}
        return answer(request, {**container, "title1": "Plex Library", "Directory": directories})

    async def accounts(self, request: web.Request) -> web.Response:
        """`GET /accounts`, which only the owner may read."""
        return answer(request, {"size": 0})

    async def activities(self, request: web.Request) -> web.Response:
        """`GET /activities`."""
        activities = self._server.hub.activities
        return answer(request, {"size": len(activities), "Activity": activities})

    async def preferences(self, request: web.Request) -> web.Response:
        """`GET /:/prefs`, with the one setting this simulator has."""
        setting = {
            "id": "autoEmptyTrash",
            "label": "Empty trash automatically after every scan",
            "type": "bool",
            "default": True,
            "value": self._server.switches.auto_empty_trash,
            "hidden": False,
            "advanced": False,
            "group": "library",
        }
        return answer(request, {"size": 1, "Setting": [setting]})

    async def websocket(self, request: web.Request) -> web.WebSocketResponse:
        """The event websocket; what a client sends is ignored."""
        listener = self._listener(request)
        dead = self._server.switches.events == "dead"
        channel = web.WebSocketResponse(heartbeat=None if dead else self._server.switches.ping_ms / 1000)
        await channel.prepare(request)
        sender = asyncio.get_running_loop().create_task(_send_events(channel, listener))
        try:
            async for _ in channel:
                pass
        finally:
            self._server.hub.disconnect(listener)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        return channel

    async def event_stream(self, request: web.Request) -> web.StreamResponse:
        """The same events as server-sent events, with a ping when nothing else goes out."""
        switches = self._server.switches
        if switches.events == "websocket":
            raise Refused(404, "no event stream")
        known = frozenset({"ping"}) if switches.events == "pings" else switches.names("stream_kinds")
        listener = self._listener(request, known)
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Plex-Protocol": "1.0"})
        await stream.prepare(request)
        try:
            while (text := await self._next(listener)) is not None:
                await stream.write(text.encode())
        except ConnectionError:
            pass
        finally:
            self._server.hub.disconnect(listener)
        return stream

    def _listener(self, request: web.Request, kinds: frozenset[str] = frozenset()) -> Listener:
        """A new listener; raises Refused(404) where the server has no events."""
        if self._server.switches.events == "missing":
            raise Refused(404, "no events")
        # The specification's text has `filters`, its table `filter`.
        return self._server.hub.connect(request.query.get("filters") or request.query.get("filter", ""), kinds)

    async def _next(self, listener: Listener) -> str | None:
        """The next event or, after a while without one, a ping; None when the server hangs up."""
        switches = self._server.switches
        try:
            event = await asyncio.wait_for(listener.queue.get(), switches.ping_ms / 1000)
        except asyncio.TimeoutError:
            return "" if switches.events == "dead" else "event: ping\ndata: {}\n\n"
        if event is None:
            return None
        text = event.container if switches.event_stream == "container" else event.bare
        return f"event: {event.kind}\ndata: {text}\n\n"


async def _send_events(channel: web.WebSocketResponse, listener: Listener) -> None:
    while (event := await listener.queue.get()) is not None:
        await channel.send_str(event.container)
    await channel.close()


def routes(server: PlexServer) -> Iterable[web.RouteDef]:
    """The routes of these pages."""
    pages = ServerPages(server)
    return [
        web.get("/identity", pages.identity),
        web.get("/", pages.root),
        web.get("/library", pages.library),
        web.get("/accounts", pages.accounts),
        web.get("/activities", pages.activities),
        web.get("/:/prefs", pages.preferences),
        web.get("/:/websockets/notifications", pages.websocket),
        web.get("/:/websocket/notifications", pages.websocket),
        web.get("/:/eventsource/notifications", pages.event_stream),
    ]

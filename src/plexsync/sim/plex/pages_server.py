"""Pages about the server itself: identity, root, activities, preferences, events.

Source: spec_examples.json, ha_server_root.xml, plex.md 5 and 6.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from plexsync.sim.plex.notifications import Listener
from plexsync.sim.plex.pages import IDENTIFIER, TAG_PREFIX, answer
from plexsync.sim.plex.server import Server

_PING_SECONDS = 10.0


class ServerPages:
    """Handlers, each named after its page."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def identity(self, request: web.Request) -> web.Response:
        """`GET /identity`, the one page that needs no token."""
        container = {"size": 1, "claimed": True, "machineIdentifier": self._server.machine_id}
        return answer(request, {**container, "version": self._server.version})

    async def root(self, request: web.Request) -> web.Response:
        """`GET /`."""
        directories = [{"count": 1, "key": key, "title": key} for key in ("activities", "library", "media")]
        container: dict[str, Any] = {
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
            "version": self._server.version,
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
        channel = web.WebSocketResponse(heartbeat=10.0)
        await channel.prepare(request)
        listener = self._server.hub.connect(request.query.get("filters", ""))
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
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Plex-Protocol": "1.0"})
        await stream.prepare(request)
        listener = self._server.hub.connect(request.query.get("filters", ""))
        try:
            while True:
                try:
                    event = await asyncio.wait_for(listener.queue.get(), _PING_SECONDS)
                except asyncio.TimeoutError:
                    await stream.write(b"event: ping\ndata: {}\n\n")
                    continue
                if event is None:
                    return stream
                text = event.container if self._server.switches.event_stream == "container" else event.bare
                await stream.write(f"event: {event.kind}\ndata: {text}\n\n".encode())
        except ConnectionError:
            return stream
        finally:
            self._server.hub.disconnect(listener)


async def _send_events(channel: web.WebSocketResponse, listener: Listener) -> None:
    while (event := await listener.queue.get()) is not None:
        await channel.send_str(event.container)
    await channel.close()


def routes(server: Server) -> Iterable[web.RouteDef]:
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

"""Every request passes through here: outages, the log, faults, the rate limit, the header that each must have."""

from __future__ import annotations

import asyncio
import re
import time

from aiohttp import web
from aiohttp.typedefs import Middleware

from plexsync_simulators.plextv.notation import wants_json
from plexsync_simulators.plextv.refusal import refused
from plexsync_simulators.plextv.server import PlexTv
from plexsync_simulators.shared.control import Refusal, gated
from plexsync_simulators.shared.request_log import Asked
from plexsync_simulators.shared.wire import Handler, answered, cut

CLIENT = "X-Plex-Client-Identifier"
TOKEN = "X-Plex-Token"  # noqa: S105 - the name of a header
_NUMBER = re.compile(r"/\d+|/[0-9a-f]{16}(?=/)")


class PlexTvGate:
    """The middleware; one per server."""

    def __init__(self, server: PlexTv) -> None:
        self._server = server

    @property
    def middleware(self) -> Middleware:
        """The function aiohttp calls for each request."""
        return gated(self._ask)

    async def _ask(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        server = self._server
        if server.trouble.down:
            return cut(request)
        server.token_in_address |= TOKEN in request.query
        path = _NUMBER.sub("/N", request.path)
        asked = Asked(time.time(), request.method, request.path, path, request.rel_url.raw_query_string)
        server.log.ask(asked, request.method, f"{request.method} {path}")
        return await answered(
            server.trouble.faults,
            request,
            asked.detail,
            lambda: self._answer(request, handler, asked),
            lambda status: refused(status, as_json=wants_json(request)),
        )

    async def _answer(self, request: web.Request, handler: Handler, asked: Asked) -> web.StreamResponse:
        switches = self._server.switches
        try:
            self._admit(request)
            await asyncio.sleep((switches.read_ms if request.method == "GET" else switches.write_ms) / 1000)
            answer = await handler(request)
        except Refusal as refusal:
            answer = refused(refusal.status, as_json=wants_json(request), retry_after=self._wait(refusal.status))
        except web.HTTPException as error:
            answer = refused(error.status, as_json=wants_json(request))
        asked.status = answer.status
        return answer

    def _wait(self, status: int) -> int:
        return self._server.switches.retry_after if status == 429 else 0

    def _admit(self, request: web.Request) -> None:
        server = self._server
        if not server.tempo.has_room(time.monotonic(), server.switches.requests_per_second):
            raise Refusal(429, "too many requests")
        if request.path.startswith("/api/v2/") and not (request.headers.get(CLIENT) or request.query.get(CLIENT)):
            raise Refusal(400, "no client identifier")

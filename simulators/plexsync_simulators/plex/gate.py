"""Every request passes through here: outages, the journal, faults, tokens, latency, error pages."""

from __future__ import annotations

import asyncio
import re
import time
from email.utils import formatdate

from aiohttp import web
from aiohttp.typedefs import Middleware

from plexsync_simulators.plex.journal import without_token
from plexsync_simulators.plex.pages.personal import PATHS
from plexsync_simulators.plex.refusal import Refused, html_body, proxy_page
from plexsync_simulators.plex.server import PlexServer
from plexsync_simulators.shared.control import gated
from plexsync_simulators.shared.request_log import Asked
from plexsync_simulators.shared.wire import Handler, answered, cut

_LISTINGS = re.compile(
    r"/library/sections/?|/library/sections/\w+/(all|collections)|/library/(metadata|collections)/\d+/children"
    r"|/library/metadata/\d+/(posters|arts)|/library/metadata/\d+(,\d+)+"
)
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
# Asked for by GET all the same, these start work (docs/engineering/plex.md §5) and are the owner's.
_OWNERS_GETS = ("/refresh", "/accounts")
_PROXY = "nginx"
_SIGN = {"X-Plex-Protocol": "1.0"}
"""A header that Plex itself puts into each answer, refusals too (recording ws_sections_get_401.json)."""


class PlexGate:
    """The middleware; one per server."""

    def __init__(self, server: PlexServer) -> None:
        self._server = server

    @property
    def middleware(self) -> Middleware:
        """The function aiohttp calls for each request."""
        return gated(self._ask)

    async def _ask(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        server = self._server
        if server.trouble.down or (server.switches.secure_required and not request.secure):
            return cut(request)
        query = request.rel_url.raw_query_string
        asked = server.journal.requested(time.time(), request.method, request.path, without_token(query))
        return await answered(
            server.trouble.faults, request, query, lambda: self._answer(request, handler, asked), _planted
        )

    async def _answer(self, request: web.Request, handler: Handler, asked: Asked) -> web.StreamResponse:
        try:
            self._admit(request)
            answer = await self._work(request, handler)
        except Refused as refusal:
            answer = self._refused(refusal)
        except web.HTTPException as error:
            answer = error_page(error.status, error.reason)
        asked.status = answer.status
        if not answer.prepared:
            if self._server.switches.close_connections:
                answer.force_close()
            if answer.headers.get("Server") != _PROXY:
                answer.headers.update(_SIGN)
            answer.headers["Date"] = formatdate(self._server.library.clock(), usegmt=True)
        return answer

    def _refused(self, refusal: Refused) -> web.Response:
        if refusal.by_proxy:
            page = proxy_page(f"{refusal.status} {refusal.reason}")
            return web.Response(status=refusal.status, text=page, content_type="text/html", headers={"Server": _PROXY})
        answer = error_page(refusal.status, refusal.reason, refusal.words)
        wait = self._server.switches.retry_after
        if wait and refusal.status in (429, 503):
            answer.headers["Retry-After"] = str(wait)
        return answer

    def _admit(self, request: web.Request) -> None:
        server = self._server
        if not server.tempo.has_room(time.monotonic(), server.switches.requests_per_second):
            raise Refused(429, "too many requests")
        longest = server.switches.proxy_line_bytes
        if longest and len(f"{request.method} {request.rel_url.raw_path_qs} HTTP/1.1") > longest:
            raise Refused(414, "Request-URI Too Large", by_proxy=True)
        if server.starting:
            raise Refused(503, "starting")
        if server.switches.max_url_bytes and len(request.rel_url.raw_path_qs) > server.switches.max_url_bytes:
            raise Refused(414, "URL too long")
        if server.switches.paging_required and request.method == "GET":
            _demand_paging(request)
        if request.path == "/identity" or not server.switches.token_needed:
            return
        token = request.headers.get("X-Plex-Token") or request.query.get("X-Plex-Token", "")
        status = server.tokens.status(token, writing=_is_write(request))
        if status:
            raise Refused(status, "token")

    async def _work(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        switches = self._server.switches
        if request.method in _READS:
            await asyncio.sleep(switches.read_ms / 1000)
            return await handler(request)
        # The body has to be here before the one place at the writer is taken.
        await request.read()
        async with self._server.writer:
            await asyncio.sleep(switches.write_ms / 1000)
            return await handler(request)


def _demand_paging(request: web.Request) -> None:
    """Refuse a listing that does not say which part of it is wanted (docs/engineering/plex.md §1.1)."""
    for name in ("X-Plex-Container-Start", "X-Plex-Container-Size") if _LISTINGS.fullmatch(request.path) else ():
        if name not in request.headers and name not in request.query:
            raise Refused(400, f"Missing {name}")


def _is_write(request: web.Request) -> bool:
    if request.path in PATHS:
        return False
    return request.method not in _READS or request.path.endswith(_OWNERS_GETS)


def error_page(status: int, reason: str, words: str = "") -> web.Response:
    """An HTML error, with the simulator's own reason in a header of its own to help who debugs a client."""
    headers = {"X-Sim-Reason": reason.encode("ascii", "backslashreplace").decode().replace("\n", " ")[:500]}
    return web.Response(
        status=status, body=html_body(status, words).encode(), content_type="text/html", headers=headers
    )


def _planted(status: int) -> web.Response:
    answer = error_page(status, "planted")
    answer.headers.update(_SIGN)
    return answer

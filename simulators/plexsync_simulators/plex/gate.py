"""What every request passes through: outages, the journal, faults, tokens, latency, error pages."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate

from aiohttp import web
from aiohttp.typedefs import Middleware

from plexsync_simulators.plex.faults import Fault
from plexsync_simulators.plex.journal import Asked, without_token
from plexsync_simulators.plex.pages.personal import PATHS
from plexsync_simulators.plex.refusal import Refused, html_body, proxy_page
from plexsync_simulators.plex.server import Server

CONTROL = "/_sim"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LISTINGS = re.compile(
    r"/library/sections/?|/library/sections/\w+/(all|collections)|/library/(metadata|collections)/\d+/children"
    r"|/library/metadata/\d+/(posters|arts)|/library/metadata/\d+(,\d+)+"
)
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
# Asked for by GET all the same, these start work (docs/engineering/plex.md §5) and are the owner's.
_OWNERS_GETS = ("/refresh", "/accounts")


class Gate:
    """The middleware; one per server."""

    def __init__(self, server: Server) -> None:
        self._server = server

    @property
    def middleware(self) -> Middleware:
        """The function aiohttp calls for each request."""

        @web.middleware
        async def pass_through(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith(CONTROL):
                return await _controlled(request, handler)
            return await self._ask(request, handler)

        return pass_through

    async def _ask(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        server = self._server
        if server.down or (server.switches.secure_required and not request.secure):
            return _cut(request)
        query = request.rel_url.raw_query_string
        asked = server.journal.ask(time.time(), request.method, request.path, without_token(query))
        fault = server.faults.strike(request.method, request.path, query)
        if fault is None:
            return await self._answer(request, handler, asked)
        if fault.kind == "hold":
            return await self._hold(fault, request, lambda: self._answer(request, handler, asked))
        return await _strike(fault, request, lambda: self._answer(request, handler, asked))

    async def _hold(
        self, fault: Fault, request: web.Request, answer: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        true_answer = await answer() if fault.when == "after" else None
        if await self._server.faults.hold():
            return _cut(request)
        return true_answer or await answer()

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
            answer.headers["X-Plex-Protocol"] = "1.0"
            answer.headers["Date"] = formatdate(self._server.library.clock(), usegmt=True)
        return answer

    def _refused(self, refusal: Refused) -> web.Response:
        if refusal.by_proxy:
            page = proxy_page(f"{refusal.status} {refusal.reason}")
            return web.Response(status=refusal.status, text=page, content_type="text/html", headers={"Server": "nginx"})
        answer = error_page(refusal.status, refusal.reason)
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


def error_page(status: int, reason: str) -> web.Response:
    """An HTML error, with the simulator's own reason in a header of its own to help who debugs a client."""
    headers = {"X-Sim-Reason": reason.encode("ascii", "backslashreplace").decode().replace("\n", " ")[:500]}
    return web.Response(status=status, body=html_body(status).encode(), content_type="text/html", headers=headers)


async def _controlled(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refusal:
        return web.json_response({"error": refusal.reason}, status=refusal.status)
    except (KeyError, TypeError, ValueError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


def _cut(request: web.Request) -> web.Response:
    """Reset the connection: the client sees no answer at all."""
    transport = request.transport
    if transport is not None:
        with contextlib.suppress(OSError):
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=500)


async def _strike(
    fault: Fault, request: web.Request, answer: Callable[[], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    delay = fault.delay_ms / 1000
    if fault.kind == "slow" and fault.when == "before":
        await asyncio.sleep(delay)
    true_answer = await answer() if _has_effect(fault) else None
    if fault.kind == "status":
        return error_page(fault.status, "planted")
    if fault.kind == "kill":
        os.kill(fault.pid, signal.SIGKILL)
    if fault.kind in ("hang", "slow") and not (fault.kind == "slow" and fault.when == "before"):
        await asyncio.sleep(delay)
    if fault.kind == "slow" and true_answer is not None:
        return true_answer
    if fault.kind == "truncate" and isinstance(true_answer, web.Response):
        return await _truncated(request, true_answer)
    return _cut(request)


def _has_effect(fault: Fault) -> bool:
    return fault.when == "after" or fault.kind in ("slow", "truncate")


async def _truncated(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """The true answer's head and half of its body, then the end of the connection."""
    body = answer.body if isinstance(answer.body, bytes) else b""
    if not body:
        return _cut(request)
    half = web.StreamResponse(status=answer.status, headers=answer.headers)
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return half

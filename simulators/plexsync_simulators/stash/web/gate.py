"""What every request passes through: outages, login, journal, faults, latency."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timezone
from email.utils import format_datetime

from aiohttp import web
from aiohttp.typedefs import Middleware

from plexsync_simulators.stash.faults import Fault, Faults
from plexsync_simulators.stash.graphql.engine import Question
from plexsync_simulators.stash.journal import Asked, Journal
from plexsync_simulators.stash.state import Stash
from plexsync_simulators.stash.web.access import Access, Admitted
from plexsync_simulators.stash.web.graphql import GraphQL, NotGraphQL, question_of

CONTROL = "/_sim/"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Answer = Callable[[], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Trouble:
    """Planted faults, and until when the server is down (Unix seconds)."""

    down_until: float = 0.0
    faults: Faults = field(default_factory=Faults)


class Gate:
    """The middleware; one per server."""

    def __init__(self, stash: Stash, access: Access, graphql: GraphQL, journal: Journal, trouble: Trouble) -> None:
        self._stash = stash
        self._access = access
        self._graphql = graphql
        self._journal = journal
        self._trouble = trouble

    @property
    def middleware(self) -> Middleware:
        """The function aiohttp calls for each request."""

        @web.middleware
        async def pass_through(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith(CONTROL):
                return await _controlled(request, handler)
            if self._trouble.down_until > time.time():
                return _cut(request)
            return await self._ask(request, handler)

        return pass_through

    async def _ask(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        admitted = self._access.judge(request)
        if isinstance(admitted, web.Response):
            self._journal.ask(Asked(time.time(), request.method, request.path, "refused", "", admitted.status))
            return admitted
        try:
            question = await question_of(request, self._stash) if request.path == "/graphql" else None
        except NotGraphQL as error:
            return error.response
        kind, operation = self._graphql.kind(question) if question else (_kind(request.path), "")
        asked = self._journal.ask(Asked(time.time(), request.method, request.path, kind, operation))
        fault = self._trouble.faults.strike(request.method, request.path, operation)

        async def answer() -> web.StreamResponse:
            return await self._answer(request, handler, admitted, question, asked)

        if fault is None:
            return await answer()
        if fault.kind == "hold":
            return self._dated(await self._hold(fault, request, answer))
        return self._dated(await _strike(fault, request, answer))

    def _dated(self, response: web.StreamResponse) -> web.StreamResponse:
        """Date an answer as Go does: when its headers are written, so when the work is done."""
        if not response.prepared:
            response.headers["Date"] = format_datetime(self._stash.clock.now().astimezone(timezone.utc), usegmt=True)
        return response

    async def _hold(self, fault: Fault, request: web.Request, answer: Answer) -> web.StreamResponse:
        response = await answer() if fault.when == "after" else None
        if await self._trouble.faults.hold():
            return _cut(request)
        return response or await answer()

    async def _answer(
        self, request: web.Request, handler: Handler, admitted: Admitted, question: Question | None, asked: Asked
    ) -> web.StreamResponse:
        switches = self._stash.switches
        delay = switches.write_ms if asked.kind == "mutation" else switches.read_ms
        if delay:
            await asyncio.sleep(delay / 1000)
        response: web.StreamResponse
        try:
            if question is not None:
                response = await self._graphql.answer(request, question, admitted.session)
            else:
                response = await handler(request)
        except web.HTTPException as error:
            response = web.Response(status=error.status, text=error.text, headers=_only_allow(error))
        asked.status, asked.seconds = response.status, time.time() - asked.time
        if not response.prepared:
            response.headers["Vary"] = "Origin"
            response.headers["X-Content-Type-Options"] = "nosniff"
            if admitted.renews:
                self._access.renew(response, admitted.session)
        return self._dated(response)


def _kind(path: str) -> str:
    if path.endswith(("/screenshot", "/image", "/frontimage", "/backimage")):
        return "image"
    if path.startswith("/plugin/"):
        return "plugin"
    return "login" if path == "/login" else "page"


def _only_allow(error: web.HTTPException) -> dict[str, str]:
    return {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}


async def _controlled(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (KeyError, TypeError, ValueError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


async def _strike(fault: Fault, request: web.Request, answer: Answer) -> web.StreamResponse:
    delay = fault.delay_ms / 1000
    if fault.kind == "slow" and fault.when == "before":
        await asyncio.sleep(delay)
        return await answer()
    if fault.kind in ("truncate", "slow"):
        response = await answer()
        if fault.kind == "slow":
            await asyncio.sleep(delay)
            return response
        return await _truncated(request, response)
    if fault.when == "after":
        await answer()
    if fault.kind == "status":
        return web.Response(status=fault.status)
    if fault.kind == "hang":
        await asyncio.sleep(delay)
    if fault.kind == "kill":
        os.kill(fault.pid, signal.SIGKILL)
    return _cut(request)


async def _truncated(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Promise the whole body and send half of it."""
    body = response.body if isinstance(response, web.Response) and isinstance(response.body, bytes) else b""
    broken = web.StreamResponse(status=response.status, headers={"Content-Length": str(len(body))})
    broken.content_type = response.content_type
    await broken.prepare(request)
    await broken.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return broken


def _cut(request: web.Request) -> web.Response:
    """Reset the connection: the client sees no answer at all."""
    transport = request.transport
    if transport is not None:
        with contextlib.suppress(OSError):
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=500)

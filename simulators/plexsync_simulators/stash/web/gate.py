"""Every request passes through here: outages, login, journal, faults, latency."""

from __future__ import annotations

import asyncio
import time
from datetime import timezone
from email.utils import format_datetime

from aiohttp import web
from aiohttp.typedefs import Middleware

from plexsync_simulators.shared.control import gated
from plexsync_simulators.shared.request_log import Asked, RequestLog
from plexsync_simulators.shared.trouble import Trouble
from plexsync_simulators.shared.wire import Handler, answered, cut
from plexsync_simulators.stash.graphql.engine import Question
from plexsync_simulators.stash.state import Stash
from plexsync_simulators.stash.web.access import Access, Admitted
from plexsync_simulators.stash.web.graphql import GraphQL, NotGraphQL, question_of


class StashGate:
    """The middleware; one per server."""

    def __init__(self, stash: Stash, access: Access, graphql: GraphQL, requests: RequestLog, trouble: Trouble) -> None:
        self._stash = stash
        self._access = access
        self._graphql = graphql
        self._requests = requests
        self._trouble = trouble

    @property
    def middleware(self) -> Middleware:
        """The function aiohttp calls for each request."""
        return gated(self._ask)

    async def _ask(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._trouble.down:
            return cut(request)
        admitted = self._access.judge(request)
        if isinstance(admitted, web.Response):
            refused = Asked(time.time(), request.method, request.path, "refused", "", admitted.status)
            self._requests.ask(refused, "refused", "")
            return admitted
        try:
            question = await question_of(request, self._stash) if request.path == "/graphql" else None
        except NotGraphQL as error:
            return error.response
        kind, operation = self._graphql.kind(question) if question else (_kind(request.path), "")
        asked = Asked(time.time(), request.method, request.path, kind, operation)
        self._requests.ask(asked, kind, operation)

        async def answer() -> web.StreamResponse:
            return await self._answer(request, handler, admitted, question, asked)

        response = await answered(self._trouble.faults, request, operation, answer, _planted)
        return self._dated(response)

    def _dated(self, response: web.StreamResponse) -> web.StreamResponse:
        """Date an answer as Go does: when its headers are written, so when the work is done."""
        if not response.prepared:
            response.headers["Date"] = format_datetime(self._stash.clock.now().astimezone(timezone.utc), usegmt=True)
        return response

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


def _planted(status: int) -> web.Response:
    return web.Response(status=status)

"""The pages under `/_sim/` that both servers have: a test steers the server there. JSON in, JSON out."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.shared.trouble import Trouble
from plexsync_simulators.shared.wire import Handler

CONTROL = "/_sim/"
Action = Callable[[web.Request, Any], Awaitable[Json | list[Json] | web.Response]]
Handled = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]


class Refusal(Exception):
    """A request that is turned down with a status."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason


def page(method: str, path: str, action: Action) -> web.RouteDef:
    """A route below `/_sim/` whose action takes the request with its JSON body and gives JSON."""

    async def handle(request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        found = await action(request, body)
        return found if isinstance(found, web.Response) else web.json_response(found)

    return web.route(method, f"{CONTROL}{path}", handle)


def gated(ask: Handled) -> Middleware:
    """The function aiohttp calls for each request: control pages are answered at once, all else goes through a gate."""

    @web.middleware
    async def pass_through(request: web.Request, handler: Handler) -> web.StreamResponse:
        is_control = request.path.startswith(CONTROL)
        return await (controlled(request, handler) if is_control else ask(request, handler))

    return pass_through


async def controlled(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The answer of a control page; what is wrong with a request is told as `{"error": …}`."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return web.json_response({"error": refusal.reason}, status=refusal.status)
    except (KeyError, TypeError, ValueError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


class TroubleControl:
    """One method per path; each takes the request's JSON and gives JSON.

    `set_switches` changes switches by name, `hang_up` ends what listens when the server goes down.
    """

    def __init__(
        self, trouble: Trouble, set_switches: Callable[[Json], None], hang_up: Callable[[], None] | None = None
    ) -> None:
        self._trouble = trouble
        self._set_switches = set_switches
        self._hang_up = hang_up

    async def switches(self, _request: web.Request, body: Json) -> Json:
        """`POST switches {name: value}`: any of the switches."""
        self._set_switches(body)
        return {}

    async def latency(self, _request: web.Request, body: Json) -> Json:
        """`POST latency {"read_ms", "write_ms"}`: how long reads and writes take."""
        self._set_switches({name: body[name] for name in ("read_ms", "write_ms") if name in body})
        return {}

    async def faults(self, _request: web.Request, body: Any) -> Json:
        """`POST faults [{match, times, kind, when, …}]`: plant these instead of those planted before."""
        self._trouble.faults.plant(body if isinstance(body, list) else [body])
        return await self.faults_left(_request, {})

    async def faults_left(self, _request: web.Request, _: Json) -> Json:
        """`GET faults`: how many of the planted ones have yet to strike."""
        return {"planted": self._trouble.faults.left()}

    async def held(self, _request: web.Request, _: Json) -> Json:
        """`GET held`: how many requests a fault holds."""
        return {"held": self._trouble.faults.held}

    async def release(self, _request: web.Request, body: Json) -> Json:
        """`POST release {"cut": bool}`: let what a fault holds go on, or cut it."""
        self._trouble.faults.release(cut=bool(body.get("cut")))
        return {}

    async def down(self, _request: web.Request, body: Json) -> Json:
        """`POST down {"seconds": n}`: cut every connection for that long, 0 ends it."""
        self._trouble.down_until = time.time() + float(body["seconds"])
        if self._hang_up is not None:
            self._hang_up()
        return {}

    def routes(self) -> Iterable[web.RouteDef]:
        """The routes of these pages."""
        return [
            page("POST", "switches", self.switches),
            page("POST", "latency", self.latency),
            page("POST", "faults", self.faults),
            page("GET", "faults", self.faults_left),
            page("GET", "held", self.held),
            page("POST", "release", self.release),
            page("POST", "down", self.down),
        ]

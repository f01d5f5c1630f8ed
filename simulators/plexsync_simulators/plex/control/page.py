"""What all control pages share: JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

Json = dict[str, Any]
Action = Callable[[web.Request, Any], Awaitable[Json | list[Json] | web.Response]]


def page(method: str, path: str, action: Action) -> web.RouteDef:
    """A route below `/_sim/` whose action takes the request with its JSON body and gives JSON."""

    async def handle(request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        found = await action(request, body)
        return found if isinstance(found, web.Response) else web.json_response(found)

    return web.route(method, f"/_sim/{path}", handle)

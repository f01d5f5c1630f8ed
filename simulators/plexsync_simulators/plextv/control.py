"""The control API under `/_sim/`: what a person does in a browser, and what a test does to plex.tv.

Everything is JSON and needs no token. Errors are `{"error": …}` with 400 or 404.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable

from aiohttp import web

from plexsync_simulators.plextv.accounts import OWNER, PEOPLE
from plexsync_simulators.plextv.pins import Pin
from plexsync_simulators.plextv.server import PlexTv
from plexsync_simulators.shared.control import Refusal, TroubleControl, page
from plexsync_simulators.shared.json_type import Json


class PlexTvControl:
    """One method per path; each takes the request's JSON and gives JSON."""

    def __init__(self, server: PlexTv) -> None:
        self._server = server

    async def approve(self, _request: web.Request, body: Json) -> Json:
        """`POST approve {"code", "person": "owner" | "managed"}`: a person signs in and lets the client in."""
        name, pin = str(body.get("person", OWNER)), self._pin(body)
        if name not in PEOPLE:
            raise Refusal(404, f"nobody is called {name!r}")
        if pin.left(time.time()) <= 0:
            raise Refusal(404, "the code has run out")
        pin.token = self._server.accounts.sign_in(name, pin.client)
        return {"token": pin.token}

    async def deny(self, _request: web.Request, body: Json) -> Json:
        """`POST deny {"code"}`: a person turns the client down."""
        self._server.pins.deny(self._pin(body))
        return {}

    async def expire(self, _request: web.Request, body: Json) -> Json:
        """`POST expire {"code"}`: the time of a pin is over; of all pins without a code."""
        for pin in [self._pin(body)] if "code" in body else self._server.pins.all():
            pin.seconds = 0.0
        return {}

    async def pins(self, _request: web.Request, _: Json) -> list[Json]:
        """`GET pins`: every pin, oldest first."""
        return [dataclasses.asdict(pin) for pin in self._server.pins.all()]

    async def resources(self, _request: web.Request, body: object) -> Json:
        """`POST resources [row, …]`: what the list of servers and players holds from now on."""
        if not isinstance(body, list):
            raise Refusal(400, "a list of rows")
        self._server.accounts.resources = body
        return {}

    async def tokens(self, _request: web.Request, body: Json) -> Json:
        """`POST tokens {"admit": […], "revoke": […], "expire": […]}`; with none of them nothing changes."""
        accounts = self._server.accounts
        for token in body.get("admit", ()):
            accounts.admit(str(token), str(body.get("person", OWNER)))
        accounts.revoke(map(str, body.get("revoke", ())))
        accounts.expired.update(map(str, body.get("expire", ())))
        return {"alive": accounts.tokens()}

    async def requests(self, _request: web.Request, _: Json) -> Json:
        """`GET requests`: the newest ones with counts, and whether any had a token in its address."""
        asked = [dataclasses.asdict(one) for one in self._server.log]
        return {**self._server.log.counts(), "requests": asked, "token_in_address": self._server.token_in_address}

    async def reset_counters(self, _request: web.Request, _: Json) -> Json:
        """`POST reset_counters`."""
        self._server.log.reset()
        return {}

    def _pin(self, body: Json) -> Pin:
        pin = self._server.pins.with_code(str(body["code"]))
        if pin is None:
            raise Refusal(404, "no such code")
        return pin


def routes(server: PlexTv) -> Iterable[web.RouteDef]:
    """The routes of the control API."""
    control = PlexTvControl(server)
    return [
        *TroubleControl(server.trouble, server.switches.set).routes(),
        page("POST", "approve", control.approve),
        page("POST", "deny", control.deny),
        page("POST", "expire", control.expire),
        page("GET", "pins", control.pins),
        page("POST", "resources", control.resources),
        page("POST", "tokens", control.tokens),
        page("GET", "requests", control.requests),
        page("POST", "reset_counters", control.reset_counters),
    ]

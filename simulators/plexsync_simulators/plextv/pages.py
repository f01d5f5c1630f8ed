"""The pages of plex.tv that a client asks for (docs/engineering/plextv.md §2)."""

from __future__ import annotations

import time
from collections.abc import Iterable

from aiohttp import web

from plexsync_simulators.plextv.accounts import MANAGED, PEOPLE, home, user
from plexsync_simulators.plextv.gate import CLIENT, TOKEN
from plexsync_simulators.plextv.notation import Document, wants_json, written
from plexsync_simulators.plextv.refusal import legacy_refused
from plexsync_simulators.plextv.server import PlexTv
from plexsync_simulators.shared.control import Refusal
from plexsync_simulators.shared.json_type import Row

_JWT = "eyJzaW11bGF0ZWQiOjF9.{}.c2ltdWxhdGVk"


class PlexTvPages:
    """One method per page."""

    def __init__(self, server: PlexTv) -> None:
        self._server = server

    async def make_pin(self, request: web.Request) -> web.Response:
        """`POST /api/v2/pins[?strong=true]`."""
        switches, strong = self._server.switches, request.query.get("strong") == "true"
        seconds = switches.strong_seconds if strong else switches.short_seconds
        product = request.headers.get("X-Plex-Product", "")
        pin = self._server.pins.make(_client(request), product, time.time(), seconds, strong=strong)
        row = pin.row(time.time(), switches.pin_form)
        return self._written(request, row, "pin", status=int(switches.created_status))

    async def show_pin(self, request: web.Request) -> web.Response:
        """`GET /api/v2/pins/{id}`: with the token as soon as a person has approved it."""
        switches, now, number = self._server.switches, time.time(), request.match_info["id"]
        if not number.isdecimal():
            raise Refusal(400, "no number")
        pin = self._server.pins.of(int(number))
        if pin is None or pin.client != _client(request):
            raise Refusal(404, "no such pin")
        if pin.left(now) <= 0 and switches.expired == "404":
            raise Refusal(404, "expired")
        pin.reads += bool(pin.token)
        if pin.reads > 1 and switches.claimed == "gone":
            raise Refusal(404, "claimed")
        return self._written(request, pin.row(now, switches.pin_form), "pin")

    async def link_pin(self, request: web.Request) -> web.Response:
        """`PUT /api/v2/pins/link`: a client that is signed in approves a pin."""
        name, form = self._asker(request), await request.post()
        pin = self._server.pins.with_code(str(form.get("code", "")))
        if pin is None or pin.left(time.time()) <= 0:
            raise Refusal(404, "no such pin")
        pin.token = self._server.accounts.sign_in(name, pin.client)
        return web.Response(status=204)

    async def user(self, request: web.Request) -> web.Response:
        """`GET /api/v2/user`."""
        return self._written(request, user(PEOPLE[self._asker(request)], _token(request)), "user")

    async def old_account(self, request: web.Request) -> web.Response:
        """`GET /users/account[.json|.xml]`, of the old API."""
        as_json = request.path.endswith(".json") or wants_json(request)
        name = self._server.accounts.whose(_token(request))
        if name is None:
            return legacy_refused(as_json=as_json)
        return written(user(PEOPLE[name], _token(request)), "user", as_json=as_json)

    async def resources(self, request: web.Request) -> web.Response:
        """`GET /api/v2/resources`: the servers and players of an account."""
        self._asker(request)
        if self._server.switches.resources == "object":
            row = {"code": 1001, "message": "User could not be authenticated", "status": 401}
            return self._written(request, {"errors": [row]}, "response")
        return self._written(request, [self._resource(row) for row in self._server.accounts.resources], "resources")

    async def ping(self, request: web.Request) -> web.Response:
        """`GET /api/v2/ping`, which keeps a token alive."""
        self._asker(request)
        if self._as_json(request):
            return self._written(request, {"pong": True}, "pong")
        text = '<?xml version="1.0" encoding="UTF-8"?>\n<pong>1</pong>\n'
        return web.Response(text=text, content_type="application/xml")

    async def sign_out(self, request: web.Request) -> web.Response:
        """`DELETE /api/v2/users/signout`: the token is dead afterwards."""
        self._asker(request)
        self._server.accounts.revoke([_token(request)])
        return web.Response(status=204)

    async def home_users(self, request: web.Request) -> web.Response:
        """`GET /api/v2/home/users`."""
        self._asker(request)
        return self._written(request, home(), "home")

    async def switch_user(self, request: web.Request) -> web.Response:
        """`POST /api/v2/home/users/{uuid}/switch[?pin=]`: a token for another user of the home."""
        self._asker(request)
        if self._server.switches.home_pin == "needed" and not request.query.get("pin"):
            raise Refusal(403, "a PIN is needed")
        name = next((name for name, one in PEOPLE.items() if one.uuid == request.match_info["uuid"]), MANAGED)
        token = self._server.accounts.sign_in(name, _client(request))
        return self._written(request, user(PEOPLE[name], token), "user", status=201)

    async def nonce(self, request: web.Request) -> web.Response:
        """`GET /api/v2/auth/nonce`, of the newer flow that PlexSync leaves alone."""
        return self._written(request, {"nonce": "00000000-0000-4000-8000-0000000a0ce0"}, "nonce")

    async def jwt(self, request: web.Request) -> web.Response:
        """`POST /api/v2/auth/token`, of the same flow."""
        return self._written(request, {"auth_token": _JWT.format("bm9uY2U")}, "token")

    def _resource(self, row: Row) -> Row:
        if self._server.switches.access_tokens == "jwt" and row.get("owned") and row.get("accessToken"):
            return {**row, "accessToken": _JWT.format(str(row["accessToken"]).encode().hex())}
        return row

    def _asker(self, request: web.Request) -> str:
        """The name of whoever asks; raises Refusal."""
        token, accounts = _token(request), self._server.accounts
        if token in accounts.expired:
            raise Refusal(498, "expired")
        name = accounts.whose(token)
        if name is None:
            raise Refusal(401, "no such token")
        return name

    def _as_json(self, request: web.Request) -> bool:
        return wants_json(request) and self._server.switches.notation == "asked"

    def _written(self, request: web.Request, document: Document, root: str, *, status: int = 200) -> web.Response:
        return written(document, root, as_json=self._as_json(request), status=status)


def _client(request: web.Request) -> str:
    return request.headers.get(CLIENT) or request.query.get(CLIENT, "")


def _token(request: web.Request) -> str:
    return request.headers.get(TOKEN) or request.query.get(TOKEN, "")


def routes(server: PlexTv) -> Iterable[web.RouteDef]:
    """The routes of these pages."""
    pages = PlexTvPages(server)
    return [
        web.post("/api/v2/pins", pages.make_pin),
        web.put("/api/v2/pins/link", pages.link_pin),
        web.get("/api/v2/pins/{id}", pages.show_pin),
        web.get("/api/v2/user", pages.user),
        web.get("/users/account{ending:(\\.json|\\.xml)?}", pages.old_account),
        web.get("/api/v2/resources", pages.resources),
        web.get("/api/v2/ping", pages.ping),
        web.delete("/api/v2/users/signout", pages.sign_out),
        web.get("/api/v2/home/users", pages.home_users),
        web.post("/api/v2/home/users/{uuid}/switch", pages.switch_user),
        web.get("/api/v2/auth/nonce", pages.nonce),
        web.post("/api/v2/auth/token", pages.jwt),
    ]

"""The control API under `/_sim/`: what a test or a demo does to the server, and reads from it.

Everything is JSON and needs no token. Errors are `{"error": …}` with 400, 404 or 409.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web

from plexsync.sim.plex.library import Item, Section
from plexsync.sim.plex.refusal import Refused
from plexsync.sim.plex.seed import assign, dump, dump_item, load_item, set_locks
from plexsync.sim.plex.server import Server

Json = dict[str, Any]
_FOREVER = 10.0**9


class Control:
    """One method per path; each takes the request's JSON and gives JSON."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._library = server.library

    async def requests(self, request: web.Request, _: Json) -> Json:
        """`GET requests[?kind=][&method=][&counts=1]`."""
        query = request.query
        counts_only = query.get("counts") == "1"
        return self._server.journal.requests(query.get("kind"), query.get("method"), counts_only=counts_only)

    async def edits(self, request: web.Request, _: Json) -> list[Json]:
        """`GET edits[?after=<epoch seconds>]`: edits with time, ids and decoded parameters."""
        return self._server.journal.edits(float(request.query.get("after", "0")))

    async def dump(self, request: web.Request, _: Json) -> Json | list[Json]:
        """`GET dump`: the library; `?ids=1,2`: only these items, as a list."""
        if "ids" in request.query:
            return [dump_item(self._library.item(int(key))) for key in request.query["ids"].split(",")]
        return {**dump(self._library), "machine_id": self._server.machine_id}

    async def process(self, _request: web.Request, _: Json) -> Json:
        """`GET process`: what the simulator itself has cost so far."""
        return {"cpu_seconds": time.process_time()}

    async def reset_counters(self, _request: web.Request, _: Json) -> Json:
        """`POST reset_counters`."""
        self._server.journal.reset()
        return {}

    async def switches(self, _request: web.Request, body: Json) -> Json:
        """`POST switches {name: value}`: any of the switches."""
        self._server.switches.set(body)
        self._library.keep_empty_collections = self._server.switches.keep_empty_collections
        return {}

    async def latency(self, request: web.Request, body: Json) -> Json:
        """`POST latency {read_ms, write_ms}`."""
        return await self.switches(request, {name: body[name] for name in ("read_ms", "write_ms") if name in body})

    async def tag_semantics(self, request: web.Request, body: Json) -> Json:
        """`POST tag_semantics {"tag_semantics": "append" | "replace"}`."""
        return await self.switches(request, {"tag_semantics": body["tag_semantics"]})

    async def faults(self, _request: web.Request, body: Any) -> Json:
        """`POST faults [{match, times, kind, when, …}]`: plant these instead of those planted before."""
        self._server.faults.plant(body if isinstance(body, list) else [body])
        return {"planted": self._server.faults.left()}

    async def starting(self, _request: web.Request, body: Json) -> Json:
        """`POST starting {"on": bool}`: the maintenance page everywhere; events are hung up on."""
        self._server.starting_until = time.time() + _FOREVER if body["on"] else 0.0
        self._server.hub.hang_up()
        return {}

    async def down(self, _request: web.Request, body: Json) -> Json:
        """`POST down {"seconds": n}`: cut every connection for that long, 0 ends it."""
        self._server.down_until = time.time() + float(body["seconds"])
        self._server.hub.hang_up()
        return {}

    async def tokens(self, _request: web.Request, body: Json) -> Json:
        """`POST tokens {"owner": […], "shared": […], "expired": […]}`: replaces the sets that are given."""
        for name in body:
            if name not in ("owner", "shared", "expired"):
                raise Refused(400, f"no kind of token {name!r}")
            setattr(self._server.tokens, name, set(body[name]))
        return {}

    async def machine_id(self, _request: web.Request, body: Json) -> Json:
        """`POST machine_id {"machine_id": "…"}`: another server answers at this address."""
        self._server.machine_id = str(body["machine_id"])
        return {}

    async def library(self, _request: web.Request, body: Json) -> Json:
        """`POST library {"sections": […]}`: add sections with their items."""
        self._server.load(body)
        return {"items": len(self._library.items)}

    async def add_items(self, _request: web.Request, body: Json) -> Json:
        """`POST items {"section": "1", "items": […]}` or one item: add, as a finished scan would."""
        section = self._section(body)
        entries = body.get("items") or [{name: value for name, value in body.items() if name != "section"}]
        items = [load_item(self._library, section, entry) for entry in entries]
        return {"ratingKeys": [str(item.key) for item in items]}

    async def set_item(self, request: web.Request, body: Json) -> Json:
        """`POST items/{id} {"set": {…}, "lock": […], "unlock": […]}`: change it as a person would."""
        item = self._item(request)
        assign(self._library, item, body.get("set", {}))
        set_locks(item, body.get("lock", []), locked=True)
        set_locks(item, body.get("unlock", []), locked=False)
        self._library.changed(item)
        return dump_item(item)

    async def agent(self, request: web.Request, body: Json) -> Json:
        """`POST items/{id}/agent {field: value}`: what the agent would write at the next refresh."""
        self._item(request).agent = dict(body)
        return {}

    async def remove_item(self, request: web.Request, _: Json) -> Json:
        """`DELETE items/{id}`: gone, as after a scan with its file missing."""
        self._library.remove_item(self._item(request))
        return {}

    async def rekey(self, request: web.Request, _: Json) -> Json:
        """`POST items/{id}/rekey`: the same files under another rating key, all metadata reset (plex.md 1.6)."""
        item = self._item(request)
        entry = {"media": dump_item(item)["media"], "agent": item.agent}
        self._library.remove_item(item)
        return {"ratingKey": str(load_item(self._library, item.section, entry).key)}

    async def unscanned(self, _request: web.Request, body: Json) -> Json:
        """`POST unscanned {"section": "1", "files": […]}`: files on disk that only a scan will find."""
        self._section(body).unscanned.extend(body["files"])
        return {}

    async def vanish(self, _request: web.Request, body: Json) -> Json:
        """`POST vanish {"section": "1", "paths": […]}`: files gone from disk, noticed at the next scan."""
        self._section(body).vanished.update(body["paths"])
        return {}

    def _item(self, request: web.Request) -> Item:
        return self._library.item(int(request.match_info["key"]))

    def _section(self, body: Json) -> Section:
        return self._library.section(str(body["section"]))


def _route(method: str, path: str, action: Callable[[web.Request, Any], Awaitable[Json | list[Json]]]) -> web.RouteDef:
    async def handle(request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        return web.json_response(await action(request, body))

    return web.route(method, f"/_sim/{path}", handle)


def routes(server: Server) -> Iterable[web.RouteDef]:
    """The routes of the control API."""
    control = Control(server)
    return [
        _route("GET", "requests", control.requests),
        _route("GET", "edits", control.edits),
        _route("GET", "dump", control.dump),
        _route("GET", "process", control.process),
        _route("POST", "reset_counters", control.reset_counters),
        _route("POST", "switches", control.switches),
        _route("POST", "latency", control.latency),
        _route("POST", "tag_semantics", control.tag_semantics),
        _route("POST", "faults", control.faults),
        _route("POST", "starting", control.starting),
        _route("POST", "down", control.down),
        _route("POST", "tokens", control.tokens),
        _route("POST", "machine_id", control.machine_id),
        _route("POST", "library", control.library),
        _route("POST", "items", control.add_items),
        _route("POST", r"items/{key:\d+}", control.set_item),
        _route("DELETE", r"items/{key:\d+}", control.remove_item),
        _route("POST", r"items/{key:\d+}/agent", control.agent),
        _route("POST", r"items/{key:\d+}/rekey", control.rekey),
        _route("POST", "unscanned", control.unscanned),
        _route("POST", "vanish", control.vanish),
    ]

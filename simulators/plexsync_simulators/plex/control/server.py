"""The control API under `/_sim/`: what a test or a demo does to the server, and reads from it.

Items have their pages in items.py, libraries in libraries.py.

Everything is JSON and needs no token. Errors are `{"error": …}` with 400, 404 or 409.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from aiohttp import web

from plexsync_simulators.plex.library.dumping import item_text, library_text
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.plex.server import PlexServer
from plexsync_simulators.plex.switches import HOSTILE
from plexsync_simulators.shared.control import TroubleControl, page
from plexsync_simulators.shared.json_type import Json

_FOREVER = 10.0**9


class ServerControl:
    """One method per path; each takes the request's JSON and gives JSON."""

    def __init__(self, server: PlexServer) -> None:
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

    async def dump(self, request: web.Request, _: Json) -> web.Response:
        """`GET dump`: the library; `?ids=1,2`: only these items, as a list."""
        if "ids" in request.query:
            items = [self._library.item(int(key)) for key in request.query["ids"].split(",")]
            text = f"[{','.join(map(item_text, items))}]"
        else:
            text = library_text(self._library, machine_id=self._server.machine_id)
        # Half a character has no UTF-8; as an escape it is JSON all the same.
        return web.Response(body=text.encode("utf-8", "backslashreplace"), content_type="application/json")

    async def process(self, _request: web.Request, _: Json) -> Json:
        """`GET process`: what the simulator itself has cost so far."""
        return {"cpu_seconds": time.process_time()}

    async def reset_counters(self, _request: web.Request, _: Json) -> Json:
        """`POST reset_counters`."""
        self._server.journal.reset()
        return {}

    async def hostile(self, _request: web.Request, body: Json) -> Json:
        """`POST hostile {"odd_items": bool}`: all hostile switches that go together, and odd items unless told not."""
        self._server.set_switches(HOSTILE)
        if body.get("odd_items", True):
            self._server.add_oddities()
        return {}

    async def reset_switches(self, _request: web.Request, _: Json) -> Json:
        """`POST switches/reset`: every switch as the server was started with."""
        self._server.reset_switches()
        return {}

    async def tag_semantics(self, _request: web.Request, body: Json) -> Json:
        """`POST tag_semantics {"tag_semantics": "append" | "replace"}`."""
        self._server.set_switches({"tag_semantics": body["tag_semantics"]})
        return {}

    async def starting(self, _request: web.Request, body: Json) -> Json:
        """`POST starting {"on": bool}`: the maintenance page everywhere; events are hung up on."""
        self._server.starting_until = time.time() + _FOREVER if body["on"] else 0.0
        self._server.hub.hang_up()
        return {}

    async def tokens(self, _request: web.Request, body: Json) -> Json:
        """`POST tokens {"owner": […], "shared": […], "expired": […]}`: replaces the sets that are given."""
        for name in body:
            if name not in ("owner", "shared", "expired"):
                raise Refused(400, f"no kind of token {name!r}")
            setattr(self._server.tokens, name, set(body[name]))
        return {}

    async def playing(self, _request: web.Request, body: Json) -> Json:
        """`POST playing {"ratingKeys": […]}`: what is played from now on."""
        self._server.playing = [self._library.item(int(key)).key for key in body["ratingKeys"]]
        return {}

    async def machine_id(self, _request: web.Request, body: Json) -> Json:
        """`POST machine_id {"machine_id": "…"}`: only the id changes; `replace` changes all."""
        self._server.machine_id = str(body["machine_id"])
        return {}

    async def hang_up(self, _request: web.Request, _: Json) -> Json:
        """`POST hang_up`: end the event streams that are open; how many there were."""
        listening = self._server.hub.listening
        self._server.hub.hang_up()
        return {"listening": listening}


def routes(server: PlexServer) -> Iterable[web.RouteDef]:
    """The routes of the control API."""
    control = ServerControl(server)
    return [
        *TroubleControl(server.trouble, server.set_switches, server.hub.hang_up).routes(),
        page("GET", "requests", control.requests),
        page("GET", "edits", control.edits),
        page("GET", "dump", control.dump),
        page("GET", "process", control.process),
        page("POST", "reset_counters", control.reset_counters),
        page("POST", "switches/reset", control.reset_switches),
        page("POST", "hostile", control.hostile),
        page("POST", "tag_semantics", control.tag_semantics),
        page("POST", "starting", control.starting),
        page("POST", "tokens", control.tokens),
        page("POST", "playing", control.playing),
        page("POST", "machine_id", control.machine_id),
        page("POST", "hang_up", control.hang_up),
    ]

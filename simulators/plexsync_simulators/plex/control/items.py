"""The control pages about items: what happens to them, one at a time or in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from plexsync_simulators.plex.fields import ELEMENTS
from plexsync_simulators.plex.library.dumping import dump_item
from plexsync_simulators.plex.library.loading import assign, load_item, set_locks
from plexsync_simulators.plex.library.model import Distortion, Item
from plexsync_simulators.plex.life import happenings, oddities, scans
from plexsync_simulators.plex.server import PlexServer
from plexsync_simulators.shared.control import page
from plexsync_simulators.shared.json_type import Json


class ItemControl:
    """One method per path; each takes the request's JSON and gives JSON."""

    def __init__(self, server: PlexServer) -> None:
        self._server = server
        self._library = server.library

    async def add(self, _request: web.Request, body: Json) -> Json:
        """`POST items {"section": "1", "items": […]}` or one item: add, as a finished scan would."""
        section = self._library.section(str(body["section"]))
        entries = body.get("items") or [{name: value for name, value in body.items() if name != "section"}]
        items = [load_item(self._library, section, entry) for entry in entries]
        return {"ratingKeys": [str(item.key) for item in items]}

    async def edit(self, request: web.Request, body: Json) -> Json:
        """`POST items/{id} {"set": {…}, "lock": […] | true, "unlock": […]}`: change it as a person would.

        `"lock": true` locks all that is set, as Plex's own pages do.
        """
        item = self._item(request)
        self._edit(item, body.get("set", {}), body.get("lock"), body.get("unlock"))
        self._library.changed(item)
        return dump_item(item)

    async def bulk(self, request: web.Request, body: list[Json]) -> Json:
        """`POST items/bulk[?quiet=1] [{"ratingKey", field: value …, "locked": […] | true, "unlocked": […]}]`.

        All or, for an unknown rating key, none. Quietly: no time moves and nobody is told.
        """
        items = [self._library.item(int(entry["ratingKey"])) for entry in body]
        note = self._library.changed_quietly if request.query.get("quiet") == "1" else self._library.changed
        for item, entry in zip(items, body, strict=True):
            values = {name: value for name, value in entry.items() if name not in ("ratingKey", "locked", "unlocked")}
            self._edit(item, values, entry.get("locked"), entry.get("unlocked"))
            note(item)
        return {"changed": len(items)}

    def _edit(self, item: Item, values: Json, lock: Any, unlock: Any) -> None:
        assign(self._library, item, values)
        names = [ELEMENTS.get(name, name) for name in values] if lock is True else lock or []
        set_locks(item, names, locked=True)
        set_locks(item, unlock or [], locked=False)

    async def agent(self, request: web.Request, body: Json) -> Json:
        """`POST items/{id}/agent {field: value}`: what the agent would write at the next refresh."""
        item = self._item(request)
        item.agent = dict(body)
        item.forget_texts()
        return {}

    async def refresh(self, request: web.Request, _: Json) -> Json:
        """`POST items/{id}/refresh`: the agent's refresh, done at once."""
        item = self._item(request)
        scans.refresh_now(self._library, item)
        return dump_item(item)

    async def candidates(self, request: web.Request, body: list[Json]) -> Json:
        """`POST items/{id}/matches [{"guid", "name", "year", "score", "agent": {…}}]`: what Fix Match would offer."""
        item = self._item(request)
        item.candidates = [{"name": "", **one, "guid": str(one["guid"])} for one in body]
        item.forget_texts()
        return {}

    async def match(self, request: web.Request, body: Json) -> Json:
        """`POST items/{id}/match {"guid", "name"?, "agent"?: {…}}`: another match, done at once; no guid: none."""
        guid, name = str(body.get("guid", "")), str(body.get("name", ""))
        item = self._server.scans.match_now(self._item(request), guid, name, body.get("agent"))
        return dump_item(item)

    async def shown(self, request: web.Request, body: Json) -> Json:
        """`POST items/{id}/shown {"values": {…}, "absent": […]}`: show it so, whatever it has; `{}` ends it."""
        item = self._item(request)
        values, absent = dict(body.get("values", {})), frozenset(body.get("absent", []))
        item.distortion = Distortion(values, absent) if values or absent else None
        item.forget_texts()
        return {}

    async def odd(self, _request: web.Request, body: Json) -> Json:
        """`POST items/odd {"section": "1"}`: items nobody would make up, beside the others."""
        items = oddities.add(self._library, self._library.section(str(body["section"])))
        return {"ratingKeys": [str(item.key) for item in items]}

    async def remove(self, request: web.Request, _: Json) -> Json:
        """`DELETE items/{id}`: gone, as after a scan with its file missing."""
        self._library.remove_item(self._item(request))
        return {}

    async def rekey(self, request: web.Request, body: Json) -> Json:
        """`POST items/{id}/rekey {"keep": bool}`: added anew, the same files under another rating key.

        All metadata and pictures are gone unless kept (docs/engineering/plex.md §1.6).
        """
        item = happenings.readd(self._library, self._item(request), keep=bool(body.get("keep", False)))
        return {"ratingKey": str(item.key)}

    async def merge(self, request: web.Request, body: Json) -> Json:
        """`POST items/{id}/merge {"ids": […]}`: the others become versions of this one."""
        item = self._item(request)
        happenings.merge(self._library, item, [self._library.item(int(key)) for key in body["ids"]])
        return dump_item(item)

    async def split(self, request: web.Request, _: Json) -> Json:
        """`POST items/{id}/split`: every version but the first becomes an item of its own."""
        pieces = happenings.split(self._library, self._item(request))
        return {"ratingKeys": [str(piece.key) for piece in pieces]}

    def _item(self, request: web.Request) -> Item:
        return self._library.item(int(request.match_info["key"]))


def routes(server: PlexServer) -> Iterable[web.RouteDef]:
    """The routes of these pages."""
    control = ItemControl(server)
    item = r"items/{key:\d+}"
    return [
        page("POST", "items", control.add),
        page("POST", "items/bulk", control.bulk),
        page("POST", item, control.edit),
        page("DELETE", item, control.remove),
        page("POST", "items/odd", control.odd),
        page("POST", item + "/shown", control.shown),
        page("POST", item + "/agent", control.agent),
        page("POST", item + "/refresh", control.refresh),
        page("POST", item + "/matches", control.candidates),
        page("POST", item + "/match", control.match),
        page("POST", item + "/rekey", control.rekey),
        page("POST", item + "/merge", control.merge),
        page("POST", item + "/split", control.split),
    ]

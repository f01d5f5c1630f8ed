"""Pages of a section: its listing, the edit of its items, its scan, its collections.

Source: docs/engineering/plex.md §1, §2 and §5; the recordings named in rows.py and listing.py.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable

from aiohttp import web

from plexsync_simulators.plex.answers.filters import is_filter, matching
from plexsync_simulators.plex.answers.listing import select
from plexsync_simulators.plex.answers.meta import choices, meta
from plexsync_simulators.plex.answers.orders import Chosen, Rows
from plexsync_simulators.plex.answers.rows import row, section_row
from plexsync_simulators.plex.answers.shape import Shape
from plexsync_simulators.plex.editing.edits import Edit, apply, decode
from plexsync_simulators.plex.editing.obstacles import check
from plexsync_simulators.plex.fields import TAGS, TYPE_IDS
from plexsync_simulators.plex.journal import Edited, without_token
from plexsync_simulators.plex.library.model import Item, Section, refuse_broken
from plexsync_simulators.plex.life.lag import as_read, remember
from plexsync_simulators.plex.pages.common import (
    IDENTIFIER,
    TAG_PREFIX,
    answer,
    empty,
    numbers,
    page_for,
    params_of,
    shape_for,
    wants_json,
)
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.plex.server import PlexServer

_VIEW_MODE = 65_592


class SectionPages:
    """Handlers, each named after its page."""

    def __init__(self, server: PlexServer) -> None:
        self._server = server
        self._library = server.library

    def _section(self, request: web.Request) -> Section:
        return self._library.section(request.match_info["section"])

    async def sections(self, request: web.Request) -> web.Response:
        """`GET /library/sections`."""
        shape = shape_for(request)
        rows = [shape.trim(section_row(section)) for section in self._library.sections.values()]
        page = page_for(request, Chosen(rows))
        container = {**page.counts, "allowSync": False, "title1": "Plex Library", "Directory": page.rows}
        return answer(request, container, headers=page.headers)

    async def section(self, request: web.Request) -> web.Response:
        """`GET /library/sections/{id}`: the ways to browse it."""
        section = self._section(request)
        directories = [{"key": key, "title": key} for key in ("all", "unwatched", "collection", "genre", "folder")]
        container = {"size": len(directories), "allowSync": False, **_section_head(section)}
        return answer(request, {**container, "Directory": directories})

    async def location(self, request: web.Request) -> web.Response:
        """`GET /library/sections/{id}/location`: its folders."""
        locations = section_row(self._section(request))["Location"]
        return answer(request, {"size": len(locations), "Location": locations})

    async def listing(self, request: web.Request) -> web.Response:
        """`GET /library/sections/{id}/all`."""
        section = self._section(request)
        items = select(section, params_of(request), self._library.clock())
        return self._page(request, section, items, "All " + section.title)

    async def collections(self, request: web.Request) -> web.Response:
        """`GET /library/sections/{id}/collections`."""
        section = self._section(request)
        params = [*params_of(request), ("type", str(TYPE_IDS["collection"]))]
        return self._page(request, section, select(section, params, self._library.clock()), "Collections")

    def _page(self, request: web.Request, section: Section, items: Rows[Item], title: str) -> web.Response:
        page = page_for(request, items)
        refuse_broken(page.rows, self._server.switches.names("broken_rows"))
        shown = as_read(page.rows, self._library.clock())
        container = {**page.counts, "allowSync": True, **_section_head(section), "title2": title}
        if request.query.get("includeMeta") == "1":
            container["Meta"] = meta(section, "collection" if title == "Collections" else section.type)
        shape = shape_for(request)
        if wants_json(request):
            return answer(request, container, [_json_row(item, shape) for item in shown], page.headers)
        container["Metadata"] = [row(item, shape) for item in shown]
        return answer(request, container, headers=page.headers)

    async def choices(self, request: web.Request) -> web.Response:
        """`GET /library/sections/{id}/{tag type}`: the values of a tag filter."""
        kind = request.match_info["kind"]
        if kind not in TAGS:
            raise Refused(404, f"no page {kind}")
        found = choices(self._library, self._section(request), kind)
        return answer(request, {"size": len(found), "Directory": found})

    async def edit(self, request: web.Request) -> web.Response:
        """`PUT …/sections/{id}/all`: without ids it edits every item of the type (docs/engineering/plex.md §2.1)."""
        section = self._section(request)
        edit = decode(params_of(request))
        query = dict(edit.rest)
        if not query.get("type", "").isdecimal():
            raise Refused(400, "type is required")
        filters = [(name, value) for name, value in edit.rest if is_filter(name) and (name, value) != ("id", "")]
        items = self._chosen(section.of_type(int(query["type"])), filters)
        await self._apply(request, items, edit, everything=not filters)
        return empty()

    async def edit_items(self, request: web.Request) -> web.Response:
        """`PUT /library/metadata/{ids}`: the same edit, the items named in the path."""
        edit = decode(params_of(request))
        items = self._chosen(self._library.items, [("id", request.match_info["keys"])])
        await self._apply(request, items, edit, everything=False)
        return empty()

    def _chosen(self, items: dict[int, Item], filters: list[tuple[str, str]]) -> list[Item]:
        if [name for name, _ in filters] != ["id"]:
            return _some(matching(list(items.values()), filters, self._library.clock()))
        keys = list(dict.fromkeys(numbers(filters[0][1])))
        limit = self._server.switches.max_edit_ids
        if limit and len(keys) > limit:
            raise Refused(400, f"{len(keys)} ids")
        found = [items[key] for key in keys if key in items]
        if len(found) < len(keys) and not self._server.switches.partial_edit:
            raise Refused(404, "an unknown id")
        return _some(found)

    async def _apply(self, request: web.Request, items: list[Item], edit: Edit, *, everything: bool) -> None:
        switches = self._server.switches
        check(switches, params_of(request), items)
        await asyncio.sleep((switches.edit_ms + switches.edit_item_ms * len(items)) / 1000)
        now = self._library.clock()
        for item in items:
            remember(item, now + switches.lag_ms / 1000)
            apply(self._library, item, edit, switches)
        query = without_token(request.rel_url.raw_query_string)
        self._server.journal.edited(Edited(now, tuple(item.key for item in items), everything, query))

    async def scan(self, request: web.Request) -> web.Response:
        """`GET|POST /library/sections/{id}/refresh[?path=][&force=1]`: start a scan, answer at once."""
        section = self._section(request)
        if request.query.get("force") == "1":
            self._server.scans.refresh(list(section.items.values()))
        self._server.scans.scan(section, request.query.get("path"))
        return empty()

    async def cancel_scan(self, request: web.Request) -> web.Response:
        """`DELETE /library/sections/{id}/refresh`."""
        self._server.scans.cancel(self._section(request))
        return empty()

    async def empty_trash(self, request: web.Request) -> web.Response:
        """`PUT /library/sections/{id}/emptyTrash`."""
        self._server.scans.empty_trash(self._section(request))
        return empty()


def _some(items: list[Item]) -> list[Item]:
    if not items:
        raise Refused(404, "no such item")
    return items


def _section_head(section: Section) -> dict[str, object]:
    return {
        "art": "/:/resources/movie-fanart.jpg",
        "identifier": IDENTIFIER,
        "librarySectionID": int(section.key),
        "librarySectionTitle": section.title,
        "librarySectionUUID": section.uuid,
        **TAG_PREFIX,
        "thumb": "/:/resources/movie.png",
        "title1": section.title,
        "viewGroup": section.type,
        "viewMode": _VIEW_MODE,
    }


def _json_row(item: Item, shape: Shape) -> str:
    """The row in JSON, kept with its item until the item changes or another shape is wanted."""
    if item.row_cache is not None and item.row_cache[0] == shape:
        return item.row_cache[1]
    text = json.dumps(row(item, shape), ensure_ascii=False, separators=(",", ":"))
    # Whether files are there is looked up each time.
    item.row_cache = None if shape.check_files else (shape, text)
    return text


def routes(server: PlexServer) -> Iterable[web.RouteDef]:
    """The routes of these pages."""
    pages = SectionPages(server)
    base = "/library/sections/{section}"
    return [
        web.get("/library/sections", pages.sections),
        web.get("/library/sections/", pages.sections),
        web.get("/library/sections/all", pages.sections),
        web.get(base, pages.section),
        web.get(base + "/all", pages.listing),
        web.put(base + "/all", pages.edit),
        web.get(base + "/collections", pages.collections),
        web.get(base + "/location", pages.location),
        web.get(base + "/refresh", pages.scan),
        web.post(base + "/refresh", pages.scan),
        web.delete(base + "/refresh", pages.cancel_scan),
        web.put(base + "/emptyTrash", pages.empty_trash),
        web.get(base + "/{kind}", pages.choices),
        web.put(r"/library/metadata/{keys:[\d,]+}", pages.edit_items),
    ]

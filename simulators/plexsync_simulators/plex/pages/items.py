"""Pages of items and collections read, matched, split, merged, refreshed or deleted by rating key.

Source: docs/engineering/plex.md §1.4, §1.7, §4 and §5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from aiohttp import web

from plexsync_simulators.plex.answers.orders import Chosen
from plexsync_simulators.plex.answers.rows import full, row
from plexsync_simulators.plex.answers.shape import shape_of
from plexsync_simulators.plex.library.model import Item, refuse_broken, tag_of
from plexsync_simulators.plex.life import happenings
from plexsync_simulators.plex.life import matching as matches
from plexsync_simulators.plex.life.lag import as_read
from plexsync_simulators.plex.pages.common import (
    IDENTIFIER,
    TAG_PREFIX,
    answer,
    empty,
    numbers,
    page_for,
    required,
    shape_for,
)
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.plex.server import PlexServer

_URI = re.compile(r"server://[^/]+/com\.plexapp\.plugins\.library/library/metadata/([\d,]+)")


class ItemPages:
    """Handlers, each named after its page."""

    def __init__(self, server: PlexServer) -> None:
        self._server = server
        self._library = server.library

    async def metadata(self, request: web.Request) -> web.Response:
        """`GET /library/metadata/1,2,3`: unknown ids are left out, none is 404 (docs/engineering/plex.md §1.4)."""
        keys = numbers(request.match_info["keys"])
        items = [self._library.items[key] for key in keys if key in self._library.items]
        if not items:
            raise Refused(404, "none of these items")
        refuse_broken(items, self._server.switches.names("broken_reads"))
        if request.query.get("skipRefresh") != "1":
            self._server.journal.local_agent_refreshes += len(items)
        page, shape = page_for(request, Chosen(items)), shape_for(request)
        container = {**page.counts, "allowSync": True, "identifier": IDENTIFIER, **TAG_PREFIX}
        if len({item.section.key for item in items}) == 1:
            section = items[0].section
            container.update(librarySectionID=int(section.key), librarySectionTitle=section.title)
            container["librarySectionUUID"] = section.uuid
        rows = [full(item, shape) for item in as_read(page.rows, self._library.clock())]
        return answer(request, {**container, "Metadata": rows}, headers=page.headers)

    async def children(self, request: web.Request) -> web.Response:
        """`GET /library/collections/{id}/children` (and under `/library/metadata/`): a collection's items."""
        item = self._item(request)
        tag = item.collection_tag
        page, shape = page_for(request, Chosen(list(tag.items.values()) if tag else [])), shape_for(request)
        container: dict[str, object] = {**page.counts, "Metadata": [row(member, shape) for member in page.rows]}
        return answer(request, container, headers=page.headers)

    async def create_collection(self, request: web.Request) -> web.Response:
        """`POST /library/collections`: a collection of the items that `uri` names."""
        section = self._library.section(required(request, "sectionId"))
        title = required(request, "title")
        existing = self._library.find_tag("collection", title, section)
        if existing is not None and existing.collection is not None:
            raise Refused(409, "a collection of that name exists")
        tag = self._library.tag("collection", title, section)
        for item in self._named(request):
            self._library.attach(item, tag)
            self._library.changed(item)
        if tag.collection is None:
            raise Refused(400, "a collection without items")
        return answer(request, {"size": 1, "Metadata": [full(tag.collection, shape_of({}))]})

    async def add_to_collection(self, request: web.Request) -> web.Response:
        """`PUT /library/collections/{id}/items?uri=`."""
        collection = self._item(request)
        for item in self._named(request):
            self._library.attach(item, tag_of(collection))
            self._library.changed(item)
        return answer(request, {"size": 1, "Metadata": [full(collection, shape_of({}))]})

    async def remove_from_collection(self, request: web.Request) -> web.Response:
        """`DELETE /library/collections/{id}/items/{item}`."""
        collection = self._item(request)
        member = self._library.item(int(request.match_info["member"]))
        self._library.detach(member, tag_of(collection))
        self._library.changed(member)
        return empty()

    def _named(self, request: web.Request) -> list[Item]:
        match = _URI.fullmatch(request.query.get("uri", ""))
        if match is None:
            raise Refused(400, "uri names no items")
        return [self._library.item(key) for key in numbers(match[1])]

    def _item(self, request: web.Request) -> Item:
        return self._library.item(int(request.match_info["key"]))

    async def delete(self, request: web.Request) -> web.Response:
        """`DELETE /library/metadata/{id}`."""
        self._library.remove_item(self._item(request))
        return empty()

    async def refresh(self, request: web.Request) -> web.Response:
        """`PUT /library/metadata/{ids}/refresh`: the agent writes unlocked fields, after the answer."""
        self._server.scans.refresh([self._library.item(key) for key in numbers(request.match_info["keys"])])
        return empty()

    async def merge(self, request: web.Request) -> web.Response:
        """`PUT /library/metadata/{id}/merge?ids=`: the others' files become versions of this item."""
        item = self._item(request)
        happenings.merge(self._library, item, [self._library.item(key) for key in numbers(required(request, "ids"))])
        return empty()

    async def split(self, request: web.Request) -> web.Response:
        """`PUT /library/metadata/{id}/split`: every version but the first becomes an item of its own."""
        happenings.split(self._library, self._item(request))
        return empty()

    async def matches(self, request: web.Request) -> web.Response:
        """`GET|PUT /library/metadata/{id}/matches`: what the item could be instead."""
        found = matches.candidates(self._item(request))
        return answer(request, {"size": len(found), "identifier": IDENTIFIER, "SearchResult": found})

    async def match(self, request: web.Request) -> web.Response:
        """`PUT /library/metadata/{id}/match?guid=&name=`: Fix Match; the agent's data come after the answer."""
        guid = required(request, "guid")
        self._server.scans.match(self._item(request), guid, request.query.get("name", ""))
        return empty()

    async def unmatch(self, request: web.Request) -> web.Response:
        """`PUT /library/metadata/{id}/unmatch`."""
        self._server.scans.match(self._item(request), "", "")
        return empty()


def routes(server: PlexServer) -> Iterable[web.RouteDef]:
    """The routes of these pages."""
    pages = ItemPages(server)
    return [
        web.get(r"/library/metadata/{keys:[\d,]+}", pages.metadata),
        web.get(r"/library/collections/{keys:[\d,]+}", pages.metadata),
        web.get(r"/library/metadata/{key:\d+}/children", pages.children),
        web.get(r"/library/collections/{key:\d+}/children", pages.children),
        web.post("/library/collections", pages.create_collection),
        web.put(r"/library/collections/{key:\d+}/items", pages.add_to_collection),
        web.delete(r"/library/collections/{key:\d+}/items/{member:\d+}", pages.remove_from_collection),
        web.delete(r"/library/metadata/{key:\d+}", pages.delete),
        web.delete(r"/library/collections/{key:\d+}", pages.delete),
        web.put(r"/library/metadata/{keys:[\d,]+}/refresh", pages.refresh),
        web.put(r"/library/metadata/{key:\d+}/merge", pages.merge),
        web.put(r"/library/metadata/{key:\d+}/split", pages.split),
        web.get(r"/library/metadata/{key:\d+}/matches", pages.matches),
        web.put(r"/library/metadata/{key:\d+}/matches", pages.matches),
        web.put(r"/library/metadata/{key:\d+}/match", pages.match),
        web.put(r"/library/metadata/{key:\d+}/unmatch", pages.unmatch),
    ]

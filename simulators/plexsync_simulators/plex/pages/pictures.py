"""Pages of an item's pictures: list, upload, select, clear, fetch.

Source: docs/engineering/plex.md §3.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

import aiohttp
from aiohttp import web

from plexsync_simulators.plex.answers.orders import Chosen
from plexsync_simulators.plex.library.gallery import GENERATED, LISTS, SINGULAR, image_kind
from plexsync_simulators.plex.library.model import Item
from plexsync_simulators.plex.pages.common import answer, empty, page_for
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.plex.server import PlexServer

# One grey pixel: what a frame of the film is here.
_GENERATED_IMAGE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
_FOLDERS = {element: plural for plural, element in LISTS.items()}


class PicturePages:
    """Handlers, each named after what is done with a picture."""

    def __init__(self, server: PlexServer) -> None:
        self._server = server
        self._library = server.library

    async def pictures(self, request: web.Request) -> web.Response:
        """`GET /library/metadata/{id}/posters` or `…/arts`."""
        item = self._item(request)
        gallery = item.gallery(LISTS[request.match_info["list"]])
        now = self._library.clock()
        keys = [GENERATED, *(picture.key for picture in gallery.pictures if picture.visible_at <= now)]
        page = page_for(request, Chosen([_entry(item, key, selected=key == gallery.selected) for key in keys]))
        container = {**page.counts, "Metadata": page.rows}
        return answer(request, container, headers=page.headers, metadata_name="Photo")

    async def upload(self, request: web.Request) -> web.Response:
        """`POST …/posters`, or the singular form: picture bytes, or `?url=` for the server to fetch."""
        item, element = self._item(request), _element(request)
        url = request.query.get("url")
        content = await _fetch(url) if url else await request.read()
        content = self._taken(content)
        now = self._library.clock()
        visible_at = now + self._server.switches.poster_delay_ms / 1000
        gallery = item.gallery(element)
        picture = gallery.upload(_FOLDERS[element], content, visible_at)
        self._library.blobs[picture.sha1] = content
        if self._server.switches.upload_selects:
            gallery.selected = picture.key
        if self._server.switches.upload_locks:
            item.locks[element] = None
        self._pictured(item)
        return empty()

    async def select(self, request: web.Request) -> web.Response:
        """`PUT …/poster?url=<entry id>`: choose one of the listed pictures."""
        item = self._item(request)
        gallery = item.gallery(_element(request))
        key = request.query.get("url", "")
        if key != GENERATED and gallery.find(key) is None:
            raise Refused(404, f"no picture {key!r}")
        gallery.selected = key
        self._pictured(item)
        return empty()

    async def clear(self, request: web.Request) -> web.Response:
        """`DELETE …/thumb`: nothing is selected, the entries stay, the field is locked."""
        item, element = self._item(request), _element(request)
        item.gallery(element).selected = None
        item.locks[element] = None
        self._pictured(item)
        return empty()

    async def selected(self, request: web.Request) -> web.Response:
        """`GET /library/metadata/{id}/thumb/{any}`: the selected picture's bytes."""
        item = self._item(request)
        return self._image(item.gallery(_element(request)).selected)

    async def file(self, request: web.Request) -> web.Response:
        """`GET /library/metadata/{id}/file?url=<entry id>`: a listed picture's bytes."""
        self._item(request)
        return self._image(request.query.get("url"))

    async def transcode(self, request: web.Request) -> web.Response:
        """`GET /photo/:/transcode?width=&height=&url=`: a picture of its own or elsewhere, in whatever size it has."""
        url = request.query.get("url", "")
        own = re.fullmatch(r"/library/metadata/(\d+)/(thumb|art)/\w+", url)
        if own is not None:
            return self._image(self._library.item(int(own[1])).gallery(own[2]).selected)
        try:
            content = await _fetch(url)
        except Refused as refusal:
            raise Refused(404, refusal.reason) from None
        if content.lstrip()[:1] in {b"", b"<"}:
            raise Refused(404, "no picture")
        return web.Response(body=content, content_type=f"image/{image_kind(content)}")

    def _taken(self, content: bytes) -> bytes:
        """The bytes that are stored; a picture too large or of a wrong kind is refused."""
        switches = self._server.switches
        if not content:
            raise Refused(400, "no picture")
        if switches.poster_max_bytes and len(content) > switches.poster_max_bytes:
            raise Refused(500, f"{len(content)} bytes")
        if (kind := image_kind(content)) in switches.names("poster_refused"):
            raise Refused(500, f"a picture of kind {kind}")
        # Readers of pictures overlook what follows the end of one.
        return content + b"encoded anew" if switches.poster_recode else content

    def _pictured(self, item: Item) -> None:
        self._library.changed(item, "pictured", dated=self._server.switches.poster_moves_updated)

    def _image(self, key: str | None) -> web.Response:
        if key == GENERATED:
            content: bytes | None = _GENERATED_IMAGE
        else:
            content = self._library.blobs.get((key or "").rpartition("/")[2])
        if content is None:
            raise Refused(404, "no picture")
        return web.Response(body=content, content_type=f"image/{image_kind(content)}")

    def _item(self, request: web.Request) -> Item:
        return self._library.item(int(request.match_info["key"]))


def _element(request: web.Request) -> str:
    name = request.match_info["element"]
    return LISTS.get(name) or SINGULAR[name]


def _entry(item: Item, key: str, *, selected: bool) -> dict[str, object]:
    path = f"/library/metadata/{item.key}/file?url={quote(key, safe='')}"
    return {"key": path, "ratingKey": key, "selected": selected, "thumb": path}


async def _fetch(url: str) -> bytes:
    """The picture behind a URL; only this machine is asked, a simulator has no business elsewhere."""
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise Refused(400, f"cannot fetch {url!r}")
    try:
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as reply:
            reply.raise_for_status()
            return await reply.read()
    except aiohttp.ClientError as error:
        raise Refused(400, f"cannot fetch the picture: {error}") from None


def routes(server: PlexServer) -> Iterable[web.RouteDef]:
    """The routes of these pages."""
    pages = PicturePages(server)
    item = r"/library/metadata/{key:\d+}"
    plural, singular = "{element:" + "|".join(LISTS) + "}", "{element:" + "|".join(SINGULAR) + "}"
    return [
        web.get("/photo/:/transcode", pages.transcode),
        web.get(item + "/{list:" + "|".join(LISTS) + "}", pages.pictures),
        web.post(f"{item}/{plural}", pages.upload),
        web.post(f"{item}/{singular}", pages.upload),
        web.put(f"{item}/{singular}", pages.select),
        web.delete(f"{item}/{singular}", pages.clear),
        web.get(f"{item}/{singular}", pages.selected),
        web.get(f"{item}/{singular}/{{stamp}}", pages.selected),
        web.get(f"{item}/file", pages.file),
    ]

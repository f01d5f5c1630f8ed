"""Pictures over HTTP: ETag by md5, 304, ranges, and a default where there is none of one's own."""

from __future__ import annotations

import gzip
import hashlib
import re
from typing import Any

from aiohttp import web

from plexsync_simulators.stash.library import pictures
from plexsync_simulators.stash.library.tables import StashLibrary
from plexsync_simulators.stash.state import Stash

_FOREVER = "private, max-age=31536000, immutable"
_COLUMNS = {"image": "image", "frontimage": "front_image", "backimage": "back_image"}
_DEFAULTS = {
    "performer": ("performers", pictures.draw(0)),
    "studio": ("studios", pictures.STUDIO_DEFAULT),
    "tag": ("tags", pictures.TAG_DEFAULT),
    "group": ("groups", pictures.GROUP_DEFAULT),
}


def routes(stash: Stash) -> list[web.RouteDef]:
    """The routes of all pictures; other methods than GET are 405."""
    found = [web.get("/scene/{id}/screenshot", _Scene(stash).handle, allow_head=False)]
    names = [(noun, "image") for noun in ("performer", "studio", "tag")]
    for noun, name in [*names, ("group", "frontimage"), ("group", "backimage")]:
        handle = _Entity(stash.library, noun, name).handle
        found += [web.get(f"/{noun}/{{id}}/{name}", handle, allow_head=False)]
    return found


class _Scene:
    def __init__(self, stash: Stash) -> None:
        self._stash = stash

    async def handle(self, request: web.Request) -> web.Response:
        """Return the cover, or the default SVG with status 200 (recording scene_screenshot_no_cover)."""
        if self._stash.switches.needs_migration:
            raise web.HTTPInternalServerError(text="")
        row = _row(self._stash.library.scenes, request)
        media_type = "application/octet-stream" if row.cover and self._stash.switches.octet_stream else ""
        return picture(request, row.cover or pictures.SCENE_DEFAULT, media_type)


class _Entity:
    def __init__(self, library: StashLibrary, noun: str, name: str) -> None:
        table, self._default = _DEFAULTS[noun]
        self._rows = getattr(library, table)
        self._column = _COLUMNS[name]

    async def handle(self, request: web.Request) -> web.Response:
        """Return the row's own picture, or the default where there is none or `default=true` asks for it."""
        row = _row(self._rows, request)
        own = None if request.query.get("default") == "true" else getattr(row, self._column)
        return picture(request, own or self._default)


def _row(rows: Any, request: web.Request) -> Any:
    text = request.match_info["id"]
    if not re.fullmatch(r"\d+", text):
        raise web.HTTPBadRequest(text="Bad Request\n")
    row = rows.get(int(text))
    if row is None:
        raise web.HTTPNotFound(text="Not Found\n")
    return row


def picture(request: web.Request, body: bytes, media_type: str = "") -> web.Response:
    """Answer with bytes as the server does its pictures and plugin scripts.

    With `t` in the address the answer may be kept for ever, without it must be asked for again each time.
    """
    etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    kept = _FOREVER if request.query.get("t") else "no-cache"
    headers = {"Etag": etag, "Cache-Control": kept}
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    media_type = media_type or pictures.content_type(body)
    headers |= {"Accept-Ranges": "bytes", "Content-Type": media_type}
    part = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
    if part:
        first, last = int(part[1]), min(int(part[2] or len(body)), len(body) - 1)
        headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
        return web.Response(status=206, body=body[first : last + 1], headers=headers)
    return web.Response(body=_packed(request, body, media_type, headers), headers=headers)


def _packed(request: web.Request, body: bytes, media_type: str, headers: dict[str, str]) -> bytes:
    """Text answers are compressed where the client allows it."""
    is_text = media_type.startswith("text/") or media_type == "image/svg+xml"
    if not is_text or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return body
    headers["Content-Encoding"] = "gzip"
    return gzip.compress(body, mtime=0)

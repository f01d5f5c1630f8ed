"""Tools the pages share: reading a query, answering in the notation a client accepts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import parse_qsl

from aiohttp import web

from plexsync_simulators.plex.answers.listing import Page, page_of, window_of
from plexsync_simulators.plex.answers.orders import Rows
from plexsync_simulators.plex.answers.render import to_json, to_xml
from plexsync_simulators.plex.answers.shape import Shape, shape_of
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.plex.switches import Switches
from plexsync_simulators.shared.json_type import Row

T = TypeVar("T")

SWITCHES = web.AppKey("switches", Switches)
# The entries of the body that tell of paging, and the headers that say the same.
COUNTS = {"size": "", "offset": "X-Plex-Container-Start", "totalSize": "X-Plex-Container-Total-Size"}
IDENTIFIER = "com.plexapp.plugins.library"
TAG_PREFIX = {"mediaTagPrefix": "/system/bundle/media/flags/", "mediaTagVersion": 1_661_864_098}


def params_of(request: web.Request) -> list[tuple[str, str]]:
    """The query, percent-decoded once, in order, with repetitions and empty values."""
    return parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)


def wants_json(request: web.Request) -> bool:
    """Whether the client accepts JSON; XML is what a server sends otherwise."""
    return "application/json" in request.headers.get("Accept", "")


def shape_for(request: web.Request) -> Shape:
    """The shape of the rows: the client's wishes, and what this server leaves out."""
    return shape_of(request.query, request.app[SWITCHES].names("omit"))


def page_for(request: web.Request, rows: Rows[T]) -> Page[T]:
    """The part of a result that the client asks for, or as much of it as this server gives."""
    return page_of(rows, window_of(request.query, request.headers), request.app[SWITCHES].max_page)


def answer(
    request: web.Request,
    container: Row,
    rows: Iterable[str] = (),
    headers: dict[str, str] | None = None,
    metadata_name: str = "Directory",
) -> web.Response:
    """A MediaContainer; `rows` are ready JSON items and only used for a client that accepts JSON."""
    switches = request.app[SWITCHES]
    if omitted := switches.names("omit"):
        container = {name: value for name, value in container.items() if name not in omitted & COUNTS.keys()}
        silent = {COUNTS[name] for name in omitted & COUNTS.keys()}
        headers = {name: value for name, value in (headers or {}).items() if name not in silent}
    if wants_json(request):
        body = to_json(container, rows, raw_controls=switches.raw_controls)
        return web.Response(body=body, content_type="application/json", headers=headers)
    body = to_xml(container, metadata_name)
    return web.Response(body=body, content_type="text/xml", charset="utf-8", headers=headers)


def empty() -> web.Response:
    """200 without a body, as edits are answered."""
    return web.Response(body=b"")


def required(request: web.Request, name: str) -> str:
    """A query parameter the page cannot do without; raises Refused(400) if it is missing."""
    if name not in request.query:
        raise Refused(400, f"{name} is missing")
    return request.query[name]


def number(request: web.Request, name: str) -> float:
    """A required query parameter that is a number; raises Refused(400) for anything else."""
    try:
        return float(required(request, name))
    except ValueError:
        raise Refused(400, f"{name} is no number") from None


def numbers(text: str) -> list[int]:
    """A comma list of rating keys; raises Refused(400) for what is no number."""
    try:
        return [int(part) for part in text.split(",") if part]
    except ValueError:
        raise Refused(400, f"{text!r} are no numbers") from None

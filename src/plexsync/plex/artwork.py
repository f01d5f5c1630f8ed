"""Posters and art: sent only if Plex does not have the same bytes already.

Plex keeps every picture it was given, and names an uploaded one by the SHA-1 of its bytes
(docs/engineering/plex.md §3). So the name tells whether an upload is needed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from plexsync.domain.errors import ImageRejected, ItemRejected
from plexsync.domain.model import Artwork
from plexsync.net.decode import DECODE_ERRORS, misfit, text
from plexsync.plex.client import PlexClient, encoded
from plexsync.plex.paging import Page, Pager, page_of, window

_PLURAL = {Artwork.POSTER: "posters", Artwork.ART: "arts"}
_LOCKED = {Artwork.POSTER: "thumb", Artwork.ART: "art"}
_PAUSES = (0.3, 0.6)
_MOST_PICTURES = 1000
_SMALL = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture Plex has for an item; ``key`` is like ``upload://posters/<sha1>``."""

    key: str
    selected: bool


def present(client: PlexClient, rating_key: str, artwork: Artwork) -> tuple[Upload, ...]:
    """Read which pictures Plex has for an item, at least as far as the selected one.

    Raises :class:`ItemGone` and :class:`ServerError`.
    """
    found: list[Upload] = []
    for page in _pages(client, rating_key, artwork):
        found += page
        if any(one.selected for one in page):
            break
    return tuple(found)


def _pages(client: PlexClient, rating_key: str, artwork: Artwork) -> Iterator[tuple[Upload, ...]]:
    path = f"/library/metadata/{rating_key}/{_PLURAL[artwork]}"

    def fetch(start: int, size: int) -> Page:
        return page_of(client.get(path, window(start, size), item=rating_key), "Metadata", start)

    try:
        for page in Pager(fetch, _MOST_PICTURES, client.nonsense).pages():
            yield tuple(Upload(text(row["ratingKey"]), row.get("selected") in {True, "1"}) for row in page.rows)
    except DECODE_ERRORS as error:
        raise client.nonsense(f"{path}: {misfit(error)}") from error


def open_address(client: PlexClient, url: str) -> None:
    """Have Plex open a picture at an address elsewhere, as it does for a photo; raises :class:`BadAnswer` if it cannot.

    Plex fetches the address itself to make the picture smaller (docs/engineering/plex.md §3). Also raises what else
    :class:`ServerError` there is.
    """
    client.trigger("/photo/:/transcode", {"width": _SMALL, "height": _SMALL, "minSize": 1, "url": url})


def upload(  # noqa: PLR0913 (where, what, and how to wait)
    client: PlexClient,
    rating_key: str,
    artwork: Artwork,
    data: bytes,
    content_type: str,
    *,
    sleep: Callable[[float], None],
    there: Sequence[Upload] | None = None,
) -> None:
    """Make Plex show these bytes, sending them only if it does not have them.

    ``sleep`` (seconds) waits for Plex to list what it was given. ``there`` is what it has, if that was read.
    Raises :class:`ImageRejected` for a picture that is not taken or not listed afterwards, :class:`ItemGone`
    and :class:`ServerError`.
    """
    sha1 = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    there = present(client, rating_key, artwork) if there is None else there
    found = _named(there, sha1)
    try:
        if found is None:
            client.post(f"/library/metadata/{rating_key}/{_PLURAL[artwork]}", None, data, content_type, item=rating_key)
            found = _find_soon(client, rating_key, artwork, sha1, sleep)
        if not found.selected:
            client.put(f"/library/metadata/{rating_key}/{artwork.value}", encoded({"url": found.key}), item=rating_key)
    except ItemRejected as error:
        raise ImageRejected(**error.data) from error


def is_locked(client: PlexClient, rating_key: str, artwork: Artwork) -> bool:
    """Tell whether agents are kept from replacing a picture; raises :class:`ItemGone` and :class:`ServerError`."""
    path = f"/library/metadata/{rating_key}"
    container = client.get(
        path, {"includeExtras": 0, "skipRefresh": 1, "checkFiles": 0, **window(0, 1)}, item=rating_key
    )
    try:
        locks = [lock for row in container["Metadata"] for lock in row.get("Field", ())]
        return any(lock["name"] == _LOCKED[artwork] and lock.get("locked") in {True, "1"} for lock in locks)
    except DECODE_ERRORS as error:
        raise client.nonsense(f"{path}: {misfit(error)}") from error


def set_lock(client: PlexClient, section_id: str, rating_key: str, artwork: Artwork, *, locked: bool) -> None:
    """Keep agents from replacing a picture at their next refresh, or let them again; raises as any edit."""
    field = _LOCKED[artwork]
    query = encoded({"type": 1, "id": rating_key, f"{field}.locked": int(locked)})
    client.edit(f"/library/sections/{section_id}/all", query, item=rating_key)


def _find(client: PlexClient, rating_key: str, artwork: Artwork, sha1: str) -> Upload | None:
    found = (_named(page, sha1) for page in _pages(client, rating_key, artwork))
    return next(filter(None, found), None)


def _named(pictures: Sequence[Upload], sha1: str) -> Upload | None:
    return next((one for one in pictures if one.key.endswith(sha1)), None)


def _find_soon(
    client: PlexClient, rating_key: str, artwork: Artwork, sha1: str, sleep: Callable[[float], None]
) -> Upload:
    """Look three times: a new picture may be missing from the list for a moment (docs/engineering/plex.md §3)."""
    for pause in (*_PAUSES, None):
        found = _find(client, rating_key, artwork, sha1)
        if found is not None:
            return found
        if pause is not None:
            sleep(pause)
    raise ImageRejected(rating_key=rating_key, status="200", detail="taken, but not listed afterwards")

"""Posters and art: sent only if Plex does not have the same bytes already.

Plex keeps every picture it was given, and names an uploaded one by the SHA-1 of its bytes (docs/engineering/plex.md
§3). So the name tells whether an upload is needed. A server that stores other bytes gives another name: there, the
upload is known by what is new in the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from plexsync.domain.errors import ImageRejected, ItemRejected
from plexsync.domain.model import Artwork
from plexsync.net.decode import DECODE_ERRORS, misfit, text
from plexsync.plex.client import PlexClient, encoded
from plexsync.plex.edits import SECONDS_PER_ITEM
from plexsync.plex.paging import Page, Pager, page_of, window
from plexsync.plex.picture_conversion import Picture

_PLURAL = {Artwork.POSTER: "posters", Artwork.ART: "arts"}
_LOCKED = {Artwork.POSTER: "thumb", Artwork.ART: "art"}
_UPLOADED = "upload://"
_PAUSES = (0.3, 0.6)
_MOST_PICTURES = 1000
_SMALL = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture Plex has for an item; ``key`` is like ``upload://posters/<sha1>``."""

    key: str
    selected: bool

    @property
    def is_uploaded(self) -> bool:
        """Tell whether somebody gave it to Plex."""
        return self.key.startswith(_UPLOADED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A picture that Plex shows now: its name there, whether it was sent, and whether Plex selected it by itself.

    ``is_late`` tells that a request was sent again after an accident: the first one may take effect at any time.
    """

    name: str
    is_sent: bool
    is_selected_by_plex: bool
    is_late: bool = False


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


def all_present(client: PlexClient, rating_key: str, artwork: Artwork) -> tuple[Upload, ...]:
    """Read all pictures that Plex has for an item; raises as :func:`present`."""
    return tuple(one for page in _pages(client, rating_key, artwork) for one in page)


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


def small(client: PlexClient, address: str, px: int) -> bytes:
    """Read the picture at an address of Plex's own, made small by Plex itself (docs/engineering/plex.md §3).

    Raises :class:`BadAnswer` where there is none, and what else :class:`ServerError` there is.
    """
    return client.content("/photo/:/transcode", {"width": px, "height": px, "minSize": 0, "url": address})


def named(pictures: Sequence[Upload], sha1: str) -> Upload | None:
    """Return the picture that is called by this SHA-1."""
    return next((one for one in pictures if sha1 and one.key.endswith(sha1)), None)


def bring(  # noqa: PLR0913 (where, what, what is there, and how to wait)
    client: PlexClient,
    rating_key: str,
    artwork: Artwork,
    picture: Picture,
    *,
    sleep: Callable[[float], None],
    there: Sequence[Upload] | None = None,
    name: str = "",
) -> Delivery:
    """Make Plex show these bytes, sending them only if it does not have them.

    ``sleep`` (seconds) waits for Plex to list what it was given. ``there`` is all that it has, if that was read, and
    ``name`` what it called these bytes before. Raises :class:`ImageRejected` for a picture that is not taken or not
    listed afterwards, :class:`ItemGone` and :class:`ServerError`.
    """
    there = all_present(client, rating_key, artwork) if there is None else there
    found = named(there, picture.sha1) or named(there, name)
    is_sent, is_late = found is None, False
    if found is None:
        before = there
        is_late = post(client, rating_key, artwork, picture)
        found = look_for(client, rating_key, artwork, picture.sha1, lambda now: _newest(now, before), sleep=sleep)
    if not found.selected:
        is_late = select(client, rating_key, artwork, found.key) or is_late
    return Delivery(found.key, is_sent, found.selected, is_late)


def post(client: PlexClient, rating_key: str, artwork: Artwork, picture: Picture) -> bool:
    """Give Plex a picture; tells whether a first try that met with an accident may yet take effect.

    Raises :class:`ImageRejected`, :class:`ItemGone` and :class:`ServerError`.
    """
    path = f"/library/metadata/{rating_key}/{_PLURAL[artwork]}"
    try:
        return client.post(path, None, picture.data, picture.media_type, item=rating_key) > 1
    except ItemRejected as error:
        raise ImageRejected(**error.data) from error


def select(client: PlexClient, rating_key: str, artwork: Artwork, name: str) -> bool:
    """Have Plex show a picture that it has; tells the same, and raises the same, as :func:`post`."""
    path = f"/library/metadata/{rating_key}/{artwork.value}"
    try:
        return client.put(path, encoded({"url": name}), item=rating_key) > 1
    except ItemRejected as error:
        raise ImageRejected(**error.data) from error


def upload_name(artwork: Artwork, sha1: str) -> str:
    """Return what a server calls an upload that it stores as it came."""
    return f"{_UPLOADED}{_PLURAL[artwork]}/{sha1}"


def look_for(  # noqa: PLR0913 (where, what, how to know it, and how to wait)
    client: PlexClient,
    rating_key: str,
    artwork: Artwork,
    sha1: str,
    renamed: Callable[[Sequence[Upload]], Upload | None],
    *,
    sleep: Callable[[float], None],
) -> Upload:
    """Find what Plex was just given in its list: by its SHA-1, by ``renamed``, or because it is the only upload there.

    The list is read three times: a new picture may be missing from it for a moment (docs/engineering/plex.md §3).
    Raises :class:`ImageRejected` where it is not found, :class:`ItemGone` and :class:`ServerError`.
    """
    now: tuple[Upload, ...] = ()
    for pause in (*_PAUSES, None):
        now = ()
        for page in _pages(client, rating_key, artwork):
            now += page
            if (found := named(page, sha1)) is not None:
                return found
        if (found := renamed(now)) is not None:
            return found
        if pause is not None:
            sleep(pause)
    if (only := only_upload(now)) is not None:
        return only
    raise ImageRejected(rating_key=rating_key, status="200", detail="taken, but not listed afterwards")


def _selected(pictures: Sequence[Upload]) -> Upload | None:
    """Return the picture that is shown, if somebody gave it to Plex."""
    return next((one for one in pictures if one.selected and one.is_uploaded), None)


def only_upload(pictures: Sequence[Upload]) -> Upload | None:
    """Return the only picture that somebody gave to Plex, None for none or several.

    Plex keeps each (docs/engineering/plex.md §3): where it took ours and lists none by its SHA-1, this is ours.
    """
    uploads = [one for one in pictures if one.is_uploaded]
    return uploads[0] if len(uploads) == 1 else None


def _newest(now: Sequence[Upload], before: Sequence[Upload]) -> Upload | None:
    """Return what is selected since, or the only one that is new."""
    known, shown = {one.key for one in before}, {one.key for one in before if one.selected}
    new = [one for one in now if one.is_uploaded and one.key not in known]
    chosen = _selected(now)
    if chosen is not None and chosen.key in shown:
        chosen = None
    return chosen or (new[0] if len(new) == 1 else None)


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


def set_locks(
    client: PlexClient, section_id: str, rating_keys: Sequence[str], artwork: Artwork, *, locked: bool
) -> None:
    """Keep agents from replacing a picture of some items at their next refresh, or let them again.

    At most :data:`~plexsync.plex.edits.MAX_IDS` items; raises as any edit, and ValueError for none.
    """
    if not rating_keys:
        raise ValueError("no lock without ids: Plex would change every item of the library")
    ids = ",".join(rating_keys)
    query = f"type=1&id={ids}&{_LOCKED[artwork]}.locked={int(locked)}"
    client.edit(f"/library/sections/{section_id}/all", query, item=ids, patience=SECONDS_PER_ITEM * len(rating_keys))

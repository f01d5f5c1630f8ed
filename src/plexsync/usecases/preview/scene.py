"""One scene of a preview in full: every field with its sentence, what stays and why, and the picture that Plex shows.

Both servers are read anew for it, as a write does: what a row has said may be old.
"""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from plexsync.domain.advice.scenes.short import in_short
from plexsync.domain.model import Artwork, Field, place_of
from plexsync.domain.pictures import kind_of
from plexsync.plex import artwork
from plexsync.plex import library as plex_library
from plexsync.usecases.dry_run.item_view import FieldView, ItemView
from plexsync.usecases.dry_run.picture_view import COVER, WHOSE, PictureView
from plexsync.usecases.opening import open_data
from plexsync.usecases.preview.detail import FieldDetail, ItemDetail, SceneDetail, SmallPicture
from plexsync.usecases.refusal import Refused
from plexsync.usecases.why import why

PX = 200
MOST_BYTES = 400_000
"""Of a picture that small a server that makes it small sends a tenth; a larger answer is the picture as it is."""

_UNSAID = frozenset({"in sync", "off"})


def scene_detail(folder: Path, scene_id: int) -> SceneDetail:
    """Read a scene on both sides and say what a sync would do to each field; raises settings errors."""
    with open_data(folder) as opened:
        found = why(opened, scene_id)
    return SceneDetail(
        found.title,
        tuple(map(_item, found.items)),
        () if found.items else tuple(advice for _, advice in found.reasons),
        found.trouble,
    )


def plex_picture(folder: Path, rating_key: str, image: Artwork) -> SmallPicture:
    """Read the picture that Plex shows of an item, at most 200 px wide and high; one that Plex leaves large is none.

    Raises :class:`Refused` for an item that PlexSync does not know, and server errors.
    """
    with open_data(folder) as opened:
        if not opened.store.library.updated([rating_key]):
            raise Refused("no_such_item", {"item": rating_key})
        client = opened.target.client
        item = plex_library.read_items(client, [rating_key]).items.get(rating_key)
        shown = None if item is None else item.pictures.get(image)
        if shown is None:
            return SmallPicture("")
        data = artwork.small(client, shown, PX)
    if len(data) > MOST_BYTES:
        return SmallPicture("")
    return SmallPicture(f"data:{kind_of(data).value};base64,{b64encode(data).decode()}")


def _item(view: ItemView) -> ItemDetail:
    fields = [_field(one) for one in view.fields if one.outcome not in _UNSAID and not _follows_title(one, view)]
    pictures = [_picture(one) for one in view.pictures if one.outcome not in _UNSAID]
    said = sorted((*fields, *pictures), key=lambda one: place_of(one.field))
    return ItemDetail(view.rating_key, view.title, view.library, tuple(said), view.number("in sync"))


def _follows_title(view: FieldView, item: ItemView) -> bool:
    if view.field != Field.SORT_TITLE.value:
        return False
    return any(one.field == Field.TITLE.value and one.outcome == view.outcome for one in item.fields)


def _field(view: FieldView) -> FieldDetail:
    return FieldDetail(
        field=view.field,
        outcome=view.outcome,
        why=in_short(view.code),
        advice=view.advice,
        now=view.plex,
        after=view.after,
        stash=view.stash,
        is_picture=False,
    )


def _picture(view: PictureView) -> FieldDetail:
    return FieldDetail(
        field=view.field,
        outcome=view.outcome,
        why=in_short(view.code),
        advice=view.advice,
        now=WHOSE[view.shown],
        after=WHOSE[view.shown] if view.outcome == "kept" else COVER,
        stash=COVER,
        is_picture=True,
    )

"""The one place that decides what becomes of a poster or art: for the sync, ``why``, a dry run and a preview."""

from __future__ import annotations

from plexsync.domain.merge.picture import PictureFacts, PicturePlan, plan_picture
from plexsync.domain.model import Artwork, Item
from plexsync.runtime.target import Target
from plexsync.store.links import Cover


def planned(  # noqa: PLR0913  (which picture, what is remembered, what was seen)
    target: Target, image: Artwork, item: Item, cover: Cover, *, want: str | None = None, shown: str | None = None
) -> PicturePlan:
    """Plan one picture of one item by the settings in force.

    ``want`` is the SHA-1 of Stash's cover, "" for none; ``shown`` the name of the picture that Plex shows. Both are
    None where nobody has looked, and the plan then holds all that may come of it.
    """
    settings, is_empty = target.settings, shown is None and image not in item.pictures
    facts = PictureFacts(want, shown, cover.uploads.get(image.value, ""), image in item.locked_pictures, is_empty)
    return plan_picture(image, facts, settings.picture_policy(image), lock=not settings.flag("leave_unlocked"))


def is_due(target: Target, updated_at: str, cover: Cover) -> bool:
    """Tell whether a scene's cover has to be looked at: each change of it moves the scene's ``updated_at``."""
    wanted = {image.value for image in target.artworks}
    return bool(wanted) and (cover.seen != seen_mark(target, updated_at) or not wanted <= cover.uploads.keys())


def seen_mark(target: Target, updated_at: str) -> str:
    """Return what is noted of a cover that was dealt with: the scene's stamp, and policies other than the usual."""
    return f"{updated_at}{target.picture_mark}"


def known_etag(target: Target, cover: Cover) -> str:
    """Return the ETag by which Stash may answer that a cover is the same, "" where it has to be read in any case."""
    is_complete = cover.seen and {image.value for image in target.artworks} <= cover.uploads.keys()
    return cover.etag if is_complete else ""


def is_left(image: Artwork, cover: Cover, digest: str) -> bool:
    """Tell whether these very bytes were left as a picture before, and nothing tells that they are gone."""
    return bool(cover.seen) and cover.uploads.get(image.value, "") == digest

"""Our own among the pictures that Plex lists for an item, and a plan by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from plexsync.domain.merge.picture import PicturePlan
from plexsync.domain.model import Artwork, Item
from plexsync.plex.artwork import Upload, named, only_upload, upload_name
from plexsync.runtime.target import Target
from plexsync.store.cover import Cover
from plexsync.sync.pictures.plan import planned


def names_of_ours(cover: Cover, image: Artwork, there: Sequence[Upload], want: str) -> Mapping[str, str]:
    """Return Plex's names of what was left or sent as a picture, and of ``want``, by the SHA-1 of the bytes.

    A server that stores other bytes gives a name of its own. Where that was not seen before a kill, it is the only
    upload there is: Plex had taken ours, and keeps each.
    """
    left, sending = cover.ours.get(image.value, ""), cover.sending.get(image.value)
    sent = "" if sending is None else sending.sha1
    ours = filter(None, (left, sent, want, *cover.replaced, *cover.late))
    names = {sha1: found.key for sha1 in ours if (found := _found(cover, there, sha1))}
    if sending is not None and sending.is_taken and sent not in names:
        only = only_upload(there)
        names |= {sent: only.key} if only is not None and only.key not in names.values() else {}
    return names


def _found(cover: Cover, there: Sequence[Upload], sha1: str) -> Upload | None:
    return named(there, sha1) or next((one for one in there if cover.names.get(one.key) == sha1), None)


@dataclass(frozen=True, slots=True)
class ListedPlan:
    """A plan by the list of an item's pictures: ``shown`` is the name of the selected one, ``names`` those of ours."""

    plan: PicturePlan
    shown: str
    names: Mapping[str, str]


def planned_by_list(  # noqa: PLR0913  (which picture, what is remembered, what was seen)
    target: Target, image: Artwork, item: Item, cover: Cover, *, there: Sequence[Upload], want: str
) -> ListedPlan:
    """Plan one picture of one item whose pictures were listed; ``want`` is the SHA-1 of Stash's cover, "" for none."""
    shown = next((one.key for one in there if one.selected), "")
    names = names_of_ours(cover, image, there, want)
    ours, seen = next((sha1 for sha1, name in names.items() if name == shown), ""), shown
    if ours:
        cover = replace(cover, uploads={**cover.uploads, image.value: ours})
        seen = upload_name(image, ours)
    return ListedPlan(planned(target, image, item, cover, want=want, shown=seen), shown, names)

"""The one place that decides what becomes of a poster or art: for the sync, ``why``, a dry run and a preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from plexsync.domain.errors import PlexSyncError
from plexsync.domain.merge.picture import PictureFacts, PicturePlan, plan_picture
from plexsync.domain.model import Artwork, Base, Field, Item
from plexsync.index.shared_items import shared_keys
from plexsync.runtime.target import Target
from plexsync.store.cover import Cover
from plexsync.sync.planner import ScenePlan


class Untouched(str, Enum):
    """Why a sync does nothing about a picture, whatever its plan says."""

    UNCHANGED = "unchanged"
    SHARED = "shared"
    STILL = "still"


@dataclass(frozen=True, slots=True)
class PictureForecast:
    """The effect of a sync on one picture; ``untouched`` is set where it does nothing, ``trouble`` where it fails."""

    plan: PicturePlan
    untouched: Untouched | None = None
    trouble: PlexSyncError | None = None

    @property
    def may_change(self) -> bool:
        """Tell whether something may be sent, or locked."""
        return self.untouched is None and self.trouble is None and self.plan.may_change


Forecasts = Mapping[str, tuple[PictureForecast, ...]]
"""Forecasts for a scene's items, by rating key."""


def forecasts(target: Target, scene_plan: ScenePlan, *, has_cover: bool = False) -> Forecasts:
    """Tell what a sync may do to the pictures of a scene's items, by what was read of it anyway: asks no server.

    ``has_cover`` tells that the scene surely has one.
    """
    shared, stamp = shared_keys(scene_plan.link), scene_plan.scene.updated_at

    def forecast(key: str, item: Item, image: Artwork) -> PictureForecast:
        cover = cover_of(scene_plan, key)
        plan = planned(target, image, item, cover, has_cover=has_cover and not cover.unsaid)
        if key in shared:
            return PictureForecast(plan, Untouched.SHARED)
        return PictureForecast(plan, None if is_due(target, stamp, cover, item.section_id) else Untouched.UNCHANGED)

    return {
        key: tuple(forecast(key, item, image) for image in target.artworks(item.section_id))
        for key, item in scene_plan.items.items()
    }


def may_change(target: Target, scene_plan: ScenePlan) -> bool:
    """Tell whether a sync may change a picture of a scene's items; asks no server."""
    return any(one.may_change for found in forecasts(target, scene_plan).values() for one in found)


def cover_of(scene_plan: ScenePlan, rating_key: str) -> Cover:
    """Return what is remembered of the cover on one of a scene's items."""
    record = scene_plan.records.get(rating_key)
    return Cover() if record is None else record.cover


def is_bare(base: Base) -> bool:
    """Tell whether a scene says nothing of its own; labels come from the settings."""
    return not any(value for of, value in base.wanted.items() if of is not Field.LABELS)


def planned(  # noqa: PLR0913  (which picture, what is remembered, what was seen)
    target: Target,
    image: Artwork,
    item: Item,
    cover: Cover,
    *,
    want: str | None = None,
    shown: str | None = None,
    has_cover: bool = False,
) -> PicturePlan:
    """Plan one picture of one item by the settings in force.

    ``want`` is the SHA-1 of Stash's cover, "" for none; ``shown`` the name of the picture that Plex shows. Both are
    None where nobody has looked, and the plan then holds all that may come of it.
    """
    settings, is_empty = target.settings, shown is None and image not in item.pictures
    ours, taken_back = cover.ours.get(image.value, ""), cover.taken_back.get(image.value, "")
    facts = PictureFacts(want, shown, ours, image in item.locked_pictures, is_empty, has_cover, taken_back)
    return plan_picture(image, facts, settings.picture_policy(image), lock=not settings.flag("leave_unlocked"))


def is_due(target: Target, updated_at: str, cover: Cover, section_id: str) -> bool:
    """Tell whether a scene's cover has to be looked at: each change of it moves the scene's ``updated_at``."""
    wanted = {image.value for image in target.artworks(section_id)}
    is_seen = cover.seen == seen_mark(target, updated_at) and not (cover.sending or cover.late)
    return bool(wanted) and not (is_seen and wanted <= cover.uploads.keys())


def seen_mark(target: Target, updated_at: str) -> str:
    """Return what is noted of a cover that was dealt with: the scene's stamp, and policies other than the usual."""
    return f"{updated_at}{target.picture_mark}"


def known_etag(target: Target, cover: Cover, section_id: str) -> str:
    """Return the ETag by which Stash may answer that a cover is the same, "" where it has to be read in any case."""
    wanted = {image.value for image in target.artworks(section_id)}
    is_settled = _is_of_these_rules(target, cover) and not (cover.sending or cover.late)
    is_complete = is_settled and wanted <= cover.uploads.keys()
    return cover.etag if is_complete else ""


def is_left(target: Target, image: Artwork, cover: Cover, digest: str) -> bool:
    """Tell whether these very bytes were left as a picture before, and nothing tells that they are gone."""
    is_seen = _is_of_these_rules(target, cover) and image.value not in cover.sending and not cover.late
    return is_seen and cover.uploads.get(image.value, "") == digest


def _is_of_these_rules(target: Target, cover: Cover) -> bool:
    """Tell whether a cover was dealt with, and by the policies of now: by others something else may come of it."""
    stamp, _, mark = cover.seen.partition(" ")
    return bool(stamp) and mark == target.picture_mark.strip()

"""The effect of a sync on a poster or art, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from plexsync.domain.advice import Advice, explain, explain_error
from plexsync.domain.model import Artwork, Why
from plexsync.domain.settings import Settings
from plexsync.domain.settings.setting import AUTO
from plexsync.store.history.journal import Entry
from plexsync.sync.pictures.plan import Forecasts, PictureForecast, Untouched


class Shown(str, Enum):
    """The owner of the picture that Plex shows; ``UNKNOWN`` where nobody has looked."""

    COVER = "cover"
    OURS = "ours"
    FRAME = "frame"
    PERSON = "person"
    PLEX = "plex"
    NONE = "none"
    UNKNOWN = "unknown"


COVER = "the cover of Stash"
WHOSE: Mapping[Shown, str] = {
    Shown.COVER: COVER,
    Shown.OURS: "the cover that PlexSync brought",
    Shown.FRAME: "a frame of the video",
    Shown.PERSON: "a picture that a person chose",
    Shown.PLEX: "a picture that Plex chose",
    Shown.NONE: "(nothing)",
    Shown.UNKNOWN: "some picture",
}
"""The owners of pictures, in words."""


@dataclass(frozen=True, slots=True)
class PictureView:
    """One picture of one item: what each side has, what was brought last, and what a sync would do now.

    ``policy`` is the setting in force. ``stash`` is the SHA-1 of the cover, ``plex`` the name of the picture that Plex
    shows, ``pushed`` the SHA-1 of what was brought last; "" is none, and None was not looked at. ``outcome`` is
    "changes", "may change", "kept", "in sync", "fails" or "off". ``written_at`` (UTC seconds, 0.0 for never) is when
    PlexSync last brought one, and ``before`` names the picture that Plex showed until then.
    """

    field: str
    policy: str
    stash: str | None
    plex: str | None
    pushed: str
    locked: bool
    shown: Shown
    outcome: str
    code: str
    advice: Advice
    written_at: float = 0.0
    before: str = ""


Written = Mapping[tuple[str, Artwork], Entry]
"""The newest entries of the journal, by rating key and picture."""


def picture_views(
    scene_id: int, forecasts: Forecasts, settings: Settings, written: Written = MappingProxyType({})
) -> dict[str, tuple[PictureView, ...]]:
    """Put the forecasts of a scene's pictures into words, by rating key."""
    return {
        key: tuple(_view(scene_id, image, _of(image, found), settings, written.get((key, image))) for image in Artwork)
        for key, found in forecasts.items()
    }


def _of(image: Artwork, forecasts: Iterable[PictureForecast]) -> PictureForecast | None:
    return next((one for one in forecasts if one.plan.image is image), None)


def _view(
    scene_id: int, image: Artwork, forecast: PictureForecast | None, settings: Settings, entry: Entry | None
) -> PictureView:
    key = f"image_{image.value}"
    told = {"setting": key, "scene": str(scene_id)}
    off = "auto" if settings.text(key) == AUTO else "off"
    outcome, code, words = ("off", "off", off) if forecast is None else _outcome(forecast)
    trouble = None if forecast is None else forecast.trouble
    facts = None if forecast is None else forecast.plan.facts
    return PictureView(
        field=image.value,
        policy=settings.text(key),
        stash=None if facts is None else facts.want,
        plex=None if facts is None else facts.shown,
        pushed="" if facts is None else facts.ours,
        locked=facts is not None and facts.locked,
        shown=Shown.UNKNOWN if forecast is None else _shown(forecast),
        outcome=outcome,
        code=code,
        advice=explain(f"picture_{words}", told) if trouble is None else explain_error(trouble),
        written_at=0.0 if entry is None else entry.at,
        before="" if entry is None else str(entry.before),
    )


def _shown(forecast: PictureForecast) -> Shown:
    facts = forecast.plan.facts
    case = next(facts.cases())
    if facts.is_empty or facts.shown == "":
        return Shown.NONE
    if facts.shown is None:
        return Shown.UNKNOWN
    if case.is_shown(facts.want or ""):
        return Shown.COVER
    if case.is_shown(facts.ours):
        return Shown.OURS
    if case.is_frame:
        return Shown.FRAME
    return Shown.PERSON if facts.locked else Shown.PLEX


def _outcome(forecast: PictureForecast) -> tuple[str, str, str]:
    """Return the outcome, its code, and the code of the words for it."""
    plan = forecast.plan
    if forecast.trouble is not None:
        return "fails", forecast.trouble.code, ""
    if forecast.untouched is not None:
        return _untouched(forecast, forecast.untouched)
    if plan.may_change:
        why = plan.choice.why if plan.changes else None
        return ("may change", "may_change", "may_change") if why is None else ("changes", why.value, why.value)
    return _stays(forecast)


def _untouched(forecast: PictureForecast, untouched: Untouched) -> tuple[str, str, str]:
    if untouched is Untouched.SHARED:
        return "kept", "shared", "shared"
    if untouched is Untouched.STILL:
        return "kept", Why.KEPT_INHERITED.value, Why.KEPT_INHERITED.value
    if forecast.plan.facts.shown is None:
        return "in sync", "in_sync", "unchanged"
    return ("kept", "unnoticed", "unnoticed") if forecast.plan.choice.sends else _stays(forecast)


def _stays(forecast: PictureForecast) -> tuple[str, str, str]:
    """Say why nothing is done by the rules."""
    kept = next((choice.kept_why for choice in forecast.plan.choices if choice.kept_why is not None), None)
    if forecast.plan.facts.want == "":
        return ("in sync", "in_sync", "nothing") if kept is None else ("kept", kept.value, "no_cover")
    return ("in sync", "in_sync", "in_sync") if kept is None else ("kept", kept.value, kept.value)

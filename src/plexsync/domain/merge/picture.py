"""The merge of a picture: a scene's cover against the poster or art that Plex shows (docs/sync-rules.md, "Pictures").

A picture in Plex has a name that tells its bytes apart (``upload://posters/<sha1>``). Stash has no second picture of a
scene, so a value that Stash no longer has is never taken away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from plexsync.domain.model import Artwork, Policy, Why

T = TypeVar("T")

_FRAME = "media://"
"""How names begin of pictures that Plex made of the video itself."""

_NEW, _OTHER = "new", "other"
"""They stand for a cover that never was in Plex, and for a picture that is neither a frame nor Stash's nor ours."""


@dataclass(frozen=True, slots=True)
class PictureCase:
    """One picture of one item.

    ``want`` is the SHA-1 of Stash's cover, "" for none. ``shown`` is the name of the picture that Plex shows, "" for
    none. ``ours`` is the SHA-1 of what was left there, ``locked`` whether agents are kept from it. ``taken_back`` is
    the SHA-1 of a cover that a person has undone.
    """

    want: str
    shown: str
    ours: str
    locked: bool
    taken_back: str = ""

    def is_shown(self, sha1: str) -> bool:
        """Tell whether Plex shows the bytes of this SHA-1."""
        return bool(sha1) and self.shown.endswith(sha1)

    @property
    def is_frame(self) -> bool:
        """Tell whether Plex shows a frame that it took of the video."""
        return self.shown.startswith(_FRAME)


@dataclass(frozen=True, slots=True)
class PictureChoice:
    """The fate of a picture: ``why`` it is sent or locked, None to leave it; ``kept_why`` another one stays."""

    why: Why | None = None
    kept_why: Why | None = None

    @property
    def sends(self) -> bool:
        """Tell whether Stash's cover goes to Plex."""
        return self.why not in {None, Why.LOCK}


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """The known part of a :class:`PictureCase`; None stands where nobody has looked.

    ``is_empty`` tells that Plex shows none, which an item's own row says; ``has_cover`` that Stash surely has one.
    """

    want: str | None
    shown: str | None
    ours: str
    locked: bool
    is_empty: bool = False
    has_cover: bool = False
    taken_back: str = ""

    def cases(self) -> Iterator[PictureCase]:
        """Yield all cases that it may be, and the one that it is where all is known."""
        known = _distinct(_NEW, self.ours, self.taken_back)
        covers = tuple(filter(None, known)) if self.has_cover else _distinct(*known, "")
        for want in covers if self.want is None else (self.want,):
            for shown in self._shown(want):
                yield PictureCase(want, shown, self.ours, self.locked, self.taken_back)

    def _shown(self, want: str) -> tuple[str, ...]:
        if self.is_empty:
            return ("",)
        names = _distinct(_OTHER, _FRAME, self.ours, want)
        return tuple(filter(None, names)) if self.shown is None else (self.shown,)


@dataclass(frozen=True, slots=True)
class PicturePlan:
    """The fate of one picture of one item: the only choice where all is known, else all that are possible."""

    image: Artwork
    facts: PictureFacts
    choices: tuple[PictureChoice, ...]

    @property
    def choice(self) -> PictureChoice:
        """The choice, of several the most telling one."""
        return self.choices[0]

    @property
    def may_change(self) -> bool:
        """Tell whether something is done in any case that is possible."""
        return any(choice.why is not None for choice in self.choices)

    @property
    def changes(self) -> bool:
        """Tell whether something is done in every case that is possible."""
        return all(choice.why is not None for choice in self.choices)


def plan_picture(image: Artwork, facts: PictureFacts, policy: Policy, *, lock: bool) -> PicturePlan:
    """Choose what becomes of a picture, as far as that can be told by what is known of it."""
    choices = _distinct(*(merge_picture(case, policy, lock=lock) for case in facts.cases()))
    return PicturePlan(image, facts, choices)


def merge_picture(case: PictureCase, policy: Policy, *, lock: bool) -> PictureChoice:
    """Choose what becomes of a picture; ``mirror`` means the same as ``stash`` here."""
    if not case.want:
        return PictureChoice(kept_why=_why_kept(case) if case.shown else None)
    if case.want == case.taken_back:
        return PictureChoice(kept_why=None if case.is_shown(case.want) else Why.UNDONE)
    if case.is_shown(case.want):
        needs_lock = lock and not case.locked and policy is not Policy.FILL
        return PictureChoice(Why.LOCK if needs_lock else None)
    if policy in {Policy.STASH, Policy.MIRROR}:
        return PictureChoice(Why.POLICY_STASH)
    if not case.shown or (policy is Policy.FILL and case.is_frame and not case.locked):
        return PictureChoice(Why.FILL)
    return PictureChoice(kept_why=Why.KEPT_FILLED) if policy is Policy.FILL else _merge(case)


def _merge(case: PictureCase) -> PictureChoice:
    if case.is_shown(case.ours):
        return PictureChoice(Why.UPDATE)
    return PictureChoice(kept_why=Why.KEPT_PERSON) if case.locked else PictureChoice(Why.OVERWRITE_UNLOCKED)


def _distinct(*values: T) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _why_kept(case: PictureCase) -> Why:
    if case.is_shown(case.ours):
        return Why.KEPT_INHERITED
    return Why.KEPT_PERSON if case.locked else Why.KEPT_FILLED

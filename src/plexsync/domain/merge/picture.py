"""The merge of a picture: a scene's cover against the poster or art that Plex shows (docs/sync-rules.md, "Pictures").

A picture in Plex has a name that tells its bytes apart (``upload://posters/<sha1>``). Stash has no second picture of a
scene, so a value that Stash no longer has is never taken away.
"""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.model import Policy, Why

_FRAME = "media://"
"""How names begin of pictures that Plex made of the video itself."""


@dataclass(frozen=True, slots=True)
class PictureCase:
    """One picture of one item.

    ``want`` is the SHA-1 of Stash's cover, "" for none. ``shown`` is the name of the picture that Plex shows, "" for
    none. ``ours`` is the SHA-1 of what was left there, ``locked`` whether agents are kept from it.
    """

    want: str
    shown: str
    ours: str
    locked: bool

    def is_shown(self, sha1: str) -> bool:
        """Tell whether Plex shows the bytes of this SHA-1."""
        return bool(sha1) and self.shown.endswith(sha1)


@dataclass(frozen=True, slots=True)
class PictureChoice:
    """The fate of a picture: ``why`` it is sent or locked, None to leave it; ``kept_why`` another one stays."""

    why: Why | None = None
    kept_why: Why | None = None

    @property
    def sends(self) -> bool:
        """Tell whether Stash's cover goes to Plex."""
        return self.why not in {None, Why.LOCK}


def merge_picture(case: PictureCase, policy: Policy, *, lock: bool) -> PictureChoice:
    """Choose what becomes of a picture; ``mirror`` means the same as ``stash`` here."""
    if not case.want:
        return PictureChoice(kept_why=_why_kept(case) if case.shown else None)
    if case.is_shown(case.want):
        needs_lock = lock and not case.locked and policy is not Policy.FILL
        return PictureChoice(Why.LOCK if needs_lock else None)
    if policy in {Policy.STASH, Policy.MIRROR}:
        return PictureChoice(Why.POLICY_STASH)
    if not case.shown or (policy is Policy.FILL and case.shown.startswith(_FRAME) and not case.locked):
        return PictureChoice(Why.FILL)
    return PictureChoice(kept_why=Why.KEPT_FILLED) if policy is Policy.FILL else _merge(case)


def _merge(case: PictureCase) -> PictureChoice:
    if case.is_shown(case.ours):
        return PictureChoice(Why.UPDATE)
    return PictureChoice(kept_why=Why.KEPT_PERSON) if case.locked else PictureChoice(Why.OVERWRITE_UNLOCKED)


def _why_kept(case: PictureCase) -> Why:
    if case.is_shown(case.ours):
        return Why.KEPT_INHERITED
    return Why.KEPT_PERSON if case.locked else Why.KEPT_FILLED

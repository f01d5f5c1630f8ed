"""The merge of a text field: titles, summary, date, studio, rating (docs/sync-rules.md, first table)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from plexsync.domain.merge.outcome import Merged
from plexsync.domain.model import Field, Item, Policy, Why
from plexsync.domain.text import clean_line, clean_paragraphs


@dataclass(frozen=True, slots=True)
class TextCase:
    """One text field of one item.

    ``observed`` is what Plex goes by, ``is_empty`` whether it has no value of its own. ``fallback`` replaces a value of
    ours that Stash no longer has. ``ours`` are the values we may have left there, ``has_changed`` tells whether Stash's
    own value is another one than when we last looked. ``inherited`` is what an earlier scene of the file left there.
    """

    field: Field
    desired: str
    observed: str
    is_empty: bool
    fallback: str
    ours: tuple[str, ...]
    has_changed: bool
    locked: bool
    inherited: str = ""

    def equals(self, one: str, other: str) -> bool:
        """Compare two values as a person would."""
        return is_same_text(self.field, one, other)

    @property
    def is_ours(self) -> bool:
        """Tell whether Plex shows what we left there."""
        return bool(self.observed) and any(self.equals(self.observed, value) for value in self.ours)

    @property
    def is_held(self) -> bool:
        """Tell whether the value may be a person's: locked, or a rating, which no agent sets and no star locks."""
        return self.locked or self.field is Field.RATING

    @property
    def is_unsaid(self) -> bool:
        """Tell whether another scene said this, and the present one has never said anything here."""
        return bool(self.inherited) and not self.desired

    @property
    def remembered(self) -> str:
        """The part of ours that is there if nothing is written."""
        return self.observed if self.is_ours else next(filter(None, self.ours), "")

    def write(self, after: str, why: Why) -> Merged:
        """Write a value, which is ours from then on."""
        return Merged(self.observed, after, why, self.remembered, after)

    def keep(self, why: Why) -> Merged:
        """Leave Plex's own value, and say so."""
        return Merged(self.observed, self.observed, None, self.remembered, self.remembered, self.observed, why)

    def accept(self, *, mine: bool, lock: bool) -> Merged:
        """Leave a value that is as wanted; lock it if it is ours and open to agents."""
        pushed = self.observed if mine else ""
        needs_lock = bool(pushed) and lock and not self.is_held
        return Merged(self.observed, self.observed, Why.LOCK if needs_lock else None, self.remembered, pushed)


def merge_text(case: TextCase, policy: Policy, *, lock: bool) -> Merged:
    """Merge one text field; ``mirror`` means the same as ``stash`` here."""
    is_kept = case.is_ours or (policy in {Policy.STASH, Policy.MIRROR} and bool(case.observed))
    if case.is_unsaid and is_kept:
        return replace(case.keep(Why.KEPT_INHERITED), inherited=case.inherited)
    result = _by_policy(case, policy, lock=lock)
    return replace(result, inherited=case.inherited) if case.is_unsaid else result


def _by_policy(case: TextCase, policy: Policy, *, lock: bool) -> Merged:
    if policy is Policy.MERGE:
        return _merge(case, lock=lock)
    if policy is Policy.FILL:
        return _fill(case, lock=lock)
    return _exact(case, lock=lock)


def _merge(case: TextCase, *, lock: bool) -> Merged:
    if not case.desired:
        return _merge_nothing(case, lock=lock)
    if case.equals(case.observed, case.desired):
        return case.accept(mine=case.is_ours or not case.is_held, lock=lock)
    why = _why_overwrite(case)
    return case.write(case.desired, why) if why else case.keep(Why.KEPT_PERSON)


def _why_overwrite(case: TextCase) -> Why | None:
    """Say why another value gives way to Stash's, or None if it does not."""
    if case.is_empty:
        return Why.FILL
    if case.is_ours:
        return Why.UPDATE
    if not case.is_held:
        return Why.OVERWRITE_UNLOCKED
    return Why.STASH_CHANGED if case.has_changed else None


def _merge_nothing(case: TextCase, *, lock: bool) -> Merged:
    """Take back what is ours where Stash has nothing."""
    if case.is_empty:
        return case.accept(mine=False, lock=lock)
    if not case.is_ours:
        return case.keep(Why.KEPT_PERSON if case.is_held else Why.KEPT_FILLED)
    if case.equals(case.observed, case.fallback):
        return case.accept(mine=True, lock=lock)
    if case.field is Field.TITLE and not case.fallback:
        return case.keep(Why.KEPT_FILLED)
    return case.write(case.fallback, Why.CLEAR)


def _exact(case: TextCase, *, lock: bool) -> Merged:
    target = case.desired or case.fallback
    if case.is_empty and not target:
        return case.accept(mine=False, lock=lock)
    if case.equals(case.observed, target):
        return case.accept(mine=True, lock=lock)
    if case.field is Field.TITLE and not target:
        return case.keep(Why.KEPT_FILLED)
    return case.write(target, Why.POLICY_STASH)


def _fill(case: TextCase, *, lock: bool) -> Merged:
    if case.equals(case.observed, case.desired):
        return case.accept(mine=case.is_ours, lock=lock)
    if case.is_empty:
        return case.write(case.desired, Why.FILL) if case.desired else case.accept(mine=False, lock=lock)
    return case.keep(Why.KEPT_FILLED)


def is_same_text(of: Field, one: str, other: str) -> bool:
    """Compare two values of a text field as a person would."""
    return one == other or _comparable(of, one) == _comparable(of, other)


def text_shown(of: Field, item: Item) -> str:
    """Return a text field as Plex uses it: an item without a sort title is sorted by its title.

    Plex leaves ``titleSort`` out of its answers where it equals the title (recorded: rs_metadata_movie_182_full.json).
    """
    shown = item.fields[of] or (item.fields[Field.TITLE] if of is Field.SORT_TITLE else "")
    return shown if isinstance(shown, str) else ""


def _comparable(of: Field, value: str) -> str:
    if of is Field.SUMMARY:
        return clean_paragraphs(value)
    return _rating(value) if of is Field.RATING else clean_line(value)


def _rating(value: str) -> str:
    """Return a rating to one decimal, as finely as Stash keeps it; 0 is none."""
    try:
        rounded = round(float(value), 1)
    except ValueError:
        return clean_line(value)
    return f"{rounded:g}" if rounded else ""

"""The merge of a list field: actors, genres, directors, collections, labels (docs/sync-rules.md, second table)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from plexsync.domain.merge.outcome import Merged
from plexsync.domain.model import Policy, Why
from plexsync.domain.text import fold


@dataclass(frozen=True, slots=True)
class ListCase:
    """One list field of one item, each list by its :func:`fold` keys.

    Of a name that both servers have, ``desired`` holds Plex's own spelling. ``ours`` are the names we may have left
    there.
    ``observed`` is Plex's list as it is. ``unsaid`` are the names in it that an earlier scene of the file left, and
    that the present one has never said.
    """

    desired: Mapping[str, str]
    have: Mapping[str, str]
    ours: Mapping[str, str]
    observed: tuple[str, ...]
    locked: bool
    unsaid: Mapping[str, str]

    @classmethod
    def of(
        cls,
        desired: Iterable[str],
        observed: tuple[str, ...],
        ours: Iterable[str],
        inherited: Iterable[str] = (),
        *,
        locked: bool,
    ) -> ListCase:
        """Bring the lists together."""
        have = by_key(observed)
        spelled = {key: have.get(key, name) for key, name in by_key(desired).items()}
        unsaid = {key: have[key] for key in by_key(inherited) if key in have and key not in spelled}
        return cls(spelled, have, by_key(ours), observed, locked, unsaid)

    def leave(self) -> Merged:
        """Write nothing: the scene has said nothing of this list yet, and another one had."""
        ours = tuple(self.ours.values())
        return Merged(self.observed, self.observed, None, ours, ours, self.observed, Why.KEPT_INHERITED)

    def turn_into(self, after: Mapping[str, str], pushed: Mapping[str, str], why: Why, *, lock: bool) -> Merged:
        """Write a list, or only lock it where it is as wanted, partly ours and open to agents."""
        mine = tuple(pushed.values())
        if after.keys() != self.have.keys():
            shown = Why.FILL if not self.have else why if after else Why.CLEAR
            return Merged(self.observed, tuple(after.values()), shown, tuple(self.ours.values()), mine)
        needs_lock = bool(mine) and lock and not self.locked
        return Merged(self.observed, self.observed, Why.LOCK if needs_lock else None, tuple(self.ours.values()), mine)


def merge_list(case: ListCase, policy: Policy, *, lock: bool) -> Merged:
    """Merge one list field; what is written has Stash's order, then what else stays."""
    if policy is Policy.MERGE:
        result = _merge(case, lock=lock)
    elif policy is Policy.FILL:
        result = _fill(case, lock=lock)
    elif case.unsaid and not case.desired:
        result = case.leave()
    else:  # the scene speaks of this list now, so all of it is as Stash says
        why = Why.LIST_MIRROR if policy is Policy.MIRROR else Why.POLICY_STASH
        return case.turn_into(case.desired, case.desired, why, lock=lock)
    return replace(result, inherited=tuple(case.unsaid.values()))


def with_photos(result: Merged, wanted: Mapping[str, str], present: Mapping[str, str], *, only_missing: bool) -> Merged:
    """Add the photos that differ to a merge of actors; the maps go from names to addresses."""
    wanted, present = ({fold(name): url for name, url in photos.items()} for photos in (wanted, present))
    photos = {
        name: wanted[key]
        for name in result.after
        if (key := fold(name)) in wanted and wanted[key] != present.get(key) and not (only_missing and present.get(key))
    }
    if not photos:
        return result
    return replace(result, photos=photos, why=Why.PHOTO if result.why in {None, Why.LOCK} else result.why)


def _merge(case: ListCase, *, lock: bool) -> Merged:
    extras = {
        key: name
        for key, name in case.have.items()
        if key not in case.desired and (key not in case.ours or key in case.unsaid)
    }
    # A name that a person put into the (then locked) list before Stash had it stays the person's.
    pushed = {
        key: name for key, name in case.desired.items() if key in case.ours or key not in case.have or not case.locked
    }
    result = case.turn_into({**case.desired, **extras}, {**pushed, **case.unsaid}, Why.LIST_MERGE, lock=lock)
    return replace(result, kept=tuple(extras.values()), kept_why=_why_kept(case, extras)) if extras else result


def _why_kept(case: ListCase, extras: Mapping[str, str]) -> Why:
    """Say why names stay that Stash lacks."""
    if extras.keys() <= case.unsaid.keys():
        return Why.KEPT_INHERITED
    return Why.KEPT_PERSON if case.locked else Why.KEPT_FILLED


def _fill(case: ListCase, *, lock: bool) -> Merged:
    pushed = {key: name for key, name in case.desired.items() if key in case.ours}
    if not case.have:
        return case.turn_into(case.desired, case.desired, Why.FILL, lock=lock)
    if case.have.keys() == case.desired.keys():
        return case.turn_into(case.have, pushed, Why.LOCK, lock=lock)
    ours = tuple(case.ours.values())
    return Merged(case.observed, case.observed, None, ours, ours, case.observed, Why.KEPT_FILLED)


def by_key(names: Iterable[str]) -> dict[str, str]:
    """Map the keys of names to their first spelling."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold(name), name)
    return found

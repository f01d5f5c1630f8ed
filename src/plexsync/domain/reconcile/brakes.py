"""The brakes: what a run must not do without a person's word, judged by what it would take away.

Filling what is empty, and overwriting what an agent left unlocked, takes nothing away: a first sync trips no brake.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from plexsync.domain.model import LIST_FIELDS, Change, Item, Plan, Reason, Why
from plexsync.domain.text import fold

MOST_GONE = 0.5
"""Share of what was known on a side that may be missing before that side is not believed."""

FEWEST = 20
"""How much must have been known for shares of it to mean anything."""

SHOWN = 40
"""How many characters of a value an example shows."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From how many items on, and from more than which share (0..1) of the linked ones, taking away is too much."""

    items: int
    share: float


class ChangedBy(Enum):
    """How a scene came to say something else than when it was last synced, as far as its time stamps tell.

    ``EDIT``: its own stamp is newer, so this very scene was edited. ``OTHERS``: its stamp is the same, so something
    that it names, a setting, or a write past Stash changed it. ``EARLIER``: its stamp is older, so the database went
    back in time. ``NEW_SCENE``: it took the place of another scene. ``FIRST``: it was never synced.
    """

    EDIT = "edit"
    OTHERS = "others"
    EARLIER = "earlier"
    NEW_SCENE = "new_scene"
    FIRST = "first"

    @property
    def is_nobodys(self) -> bool:
        """Tell whether no person can have edited this scene: a brake stands before it whatever way it came in."""
        return self in {ChangedBy.EARLIER, ChangedBy.NEW_SCENE}

    @property
    def is_persons(self) -> bool:
        """Tell whether a person edited this very scene."""
        return self is ChangedBy.EDIT


@dataclass(frozen=True, slots=True)
class Vanished:
    """How many of the ``linked`` items belong to scenes that are ``gone`` from Stash.

    ``accepted`` counts those of them that a person knows of.
    """

    gone: int = 0
    linked: int = 0
    accepted: int = 0

    @property
    def is_alarming(self) -> bool:
        """Tell whether most scenes are gone and nobody has said that this is right."""
        return _is_most(self.gone - self.accepted, self.linked - self.accepted)


@dataclass(frozen=True, slots=True)
class Side:
    """One server as it was at the last run that was not braked, and as it is now.

    Its identity, how much was known of it, how much of that it still lists, and whether it lists anything at all.
    """

    identity_before: str
    identity: str
    known: int
    listed: int
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The findings of a run, before it does anything about it.

    ``stash`` counts files of scenes, ``plex`` items. ``linked`` counts the items we have written to, ``links_gone``
    those of them that Plex has lost since the last good run, ``taking`` the items from which the run would take
    something away (a lost link counts). From ``taken`` items something was taken within a day before. ``folders_gone``
    are library folders that were there before.
    """

    stash: Side
    plex: Side
    linked: int = 0
    links_gone: int = 0
    taking: int = 0
    taken: int = 0
    folders_gone: tuple[str, ...] = ()


def takes_away(plan: Plan, item: Item) -> bool:
    """Tell whether a plan clears a value, removes an entry of a list, or overwrites a locked value."""
    return any(takes(change, item) for change in plan.changes)


def taken_away(plan: Plan, item: Item) -> Iterator[str]:
    """Say field by field what a plan would take away."""
    for change in plan.changes:
        if not takes(change, item):
            continue
        if isinstance(change.before, tuple):
            left = {fold(name) for name in change.after}
            yield f"{change.field.value} without {', '.join(name for name in change.before if fold(name) not in left)}"
        elif change.after:
            yield f'{change.field.value} "{_short(change.before)}" becomes "{_short(str(change.after))}"'
        else:
            yield f'{change.field.value} "{_short(change.before)}" is emptied'


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def is_too_much(taking: int, linked: int, limits: Limits) -> bool:
    """Tell whether a person is to be asked before so many items lose something that nobody edited."""
    return (taking > limits.items and taking > limits.share * linked) or _is_most(taking, linked)


def _is_most(part: int, whole: int) -> bool:
    return part >= FEWEST and part > MOST_GONE * whole


def takes(change: Change, item: Item) -> bool:
    """Tell whether one change clears a value, removes an entry of a list, or overwrites a locked value."""
    if change.why in {Why.LOCK, Why.UNDO} or not change.before:
        return False
    if change.field in LIST_FIELDS:
        return not {fold(name) for name in change.before} <= {fold(name) for name in change.after}
    cleared = change.why is Why.CLEAR or not change.after
    return cleared or (change.field in item.locked and change.before != change.after)


def trip(found: Figures, limits: Limits) -> tuple[Reason, ...]:
    """Return why a run must stop, most telling first; none if it may go on."""
    return tuple(reason for reason in (*_other_server(found), *_gone(found), *_too_much(found, limits)) if reason)


def _other_server(found: Figures) -> list[Reason]:
    reasons = []
    for name, side in (("stash", found.stash), ("plex", found.plex)):
        if side.identity_before and side.identity != side.identity_before:
            data = {"server": name, "before": side.identity_before, "now": side.identity}
            reasons.append(Reason("brake_other_server", data))
    return reasons


def _gone(found: Figures) -> list[Reason]:
    reasons = []
    for name, side in (("stash", found.stash), ("plex", found.plex)):
        data = {"server": name, "known": str(side.known), "listed": str(side.listed)}
        if side.known and side.is_empty:
            reasons.append(Reason("brake_empty", data))
        elif side.known >= FEWEST and side.listed < side.known * MOST_GONE:
            reasons.append(Reason("brake_mostly_gone", data))
    if found.folders_gone:
        reasons.append(Reason("brake_folder_gone", {"folders": ", ".join(found.folders_gone)}))
    if found.linked >= FEWEST and found.links_gone > found.linked * MOST_GONE:
        reasons.append(Reason("brake_links_gone", {"gone": str(found.links_gone), "linked": str(found.linked)}))
    return reasons


def _too_much(found: Figures, limits: Limits) -> list[Reason]:
    together = found.taking + found.taken
    is_much = together > limits.items and together > found.linked * limits.share
    if not found.taking or not (is_much or (found.taken and _is_most(together, found.linked))):
        return []
    of_late = {"because": "portions", "taken": str(found.taken)} if found.taken else {}
    data = {
        **of_late,
        "taking": str(found.taking),
        "linked": str(found.linked),
        "items": str(limits.items),
        "percent": f"{limits.share:.0%}",
    }
    return [Reason("brake_mass_change", data)]

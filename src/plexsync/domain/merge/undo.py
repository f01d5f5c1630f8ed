"""The way back: what was written, what Plex shows now, and what it showed before the write.

A value that is no longer the written one was changed by somebody since, and stays. Of a list, only the names that the
write brought go, and only those that it took away come back. The lock goes back too, unless somebody has touched the
field since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from plexsync.domain.merge.lists import by_key
from plexsync.domain.merge.outcome import Merged
from plexsync.domain.merge.text import is_same_text, text_shown
from plexsync.domain.model import Base, Desired, Field, Item, Value, Why, Written
from plexsync.domain.text import fold


class UndoVerdict(str, Enum):
    """Whether a written value can go back: it goes, is back already, or stays because of a change since."""

    GOES = "undo_goes"
    ALREADY = "undo_already"
    CHANGED = "undo_changed"
    EDITED = "undo_edited"


@dataclass(frozen=True, slots=True)
class WayBack:
    """The way back of one field: ``merged`` is what comes of it, None where it stays as it is and all is kept."""

    verdict: UndoVerdict
    written: Written
    merged: Merged | None = None


def together(writes: Sequence[Written]) -> Written:
    """Join the writes of one run to one field, oldest first, into one.

    A text that somebody changed between two of them goes back to that person's value. A name that stood in a list
    before the first of them stays, though it was lost and brought again in between. Raises ValueError for none.
    """
    if not writes:
        raise ValueError("no write to undo")
    total = net(writes[0])
    for one in writes[1:]:
        total = _and_then(total, net(one))
    if isinstance(total.after, str):
        return total
    had = by_key(names(writes[0].before))
    return replace(total, after=tuple(name for name in total.after if fold(name) not in had))


def net(written: Written) -> Written:
    """Return the write of a list with nothing but the names that came and went; a text as it is."""
    if isinstance(written.after, str):
        return written
    before, after = by_key(names(written.before)), by_key(names(written.after))
    return Written(
        tuple(name for key, name in before.items() if key not in after),
        tuple(name for key, name in after.items() if key not in before),
        written.after,
        written.was_locked,
        written.base,
        written.photos,
        written.run,
    )


def _and_then(total: Written, one: Written) -> Written:
    if isinstance(one.after, str):
        is_next = isinstance(total.after, str) and total.after == one.before
        return replace(total, after=one.after, left=one.left) if is_next else one
    went, came = by_key(names(total.before)), by_key(names(total.after))
    for key, name in by_key(names(one.after)).items():
        came = came if went.pop(key, None) else {**came, key: name}
    for key, name in by_key(names(one.before)).items():
        went = went if came.pop(key, None) else {**went, key: name}
    photos = {name: (total.photos.get(name, pair)[0], pair[1]) for name, pair in one.photos.items()}
    return replace(
        total,
        before=tuple(went.values()),
        after=tuple(came.values()),
        left=one.left,
        photos={**total.photos, **photos},
    )


def ways_back(desired: Desired, item: Item, base: Base, undo: Mapping[Field, Written]) -> dict[Field, WayBack]:
    """Judge the fields of an item that are to go back; pure.

    A sort title stays where its title does: nobody wants an item sorted under another name than it shows.
    """
    ways = {of: way_back(of, written, item, base, desired) for of, written in undo.items()}
    title, sort_title = ways.get(Field.TITLE), ways.get(Field.SORT_TITLE)
    if title is not None and sort_title is not None and title.verdict is UndoVerdict.CHANGED:
        ways[Field.SORT_TITLE] = WayBack(UndoVerdict.CHANGED, sort_title.written)
    return ways


def way_back(of: Field, written: Written, item: Item, base: Base, desired: Desired) -> WayBack:
    """Judge one field, and say what becomes of it if it goes back; pure."""
    value = desired.fields.get(of)
    if not written.is_sent and value is not None and base.wanted.get(of, value) != value:
        return WayBack(UndoVerdict.EDITED, written)
    if of in item.unreadable:
        return WayBack(UndoVerdict.CHANGED, written)
    written = written.with_lock(_lock(of, written, item))
    if isinstance(written.left, str):
        return _text_back(of, written, item, base)
    return _list_back(of, written, item, base)


def _lock(of: Field, written: Written, item: Item) -> bool:
    """Return how the lock is to be: as before, unless somebody touched the field since or nothing is known of it."""
    is_locked = of in item.locked
    if written.was_locked is None or written.is_sent:
        return is_locked if written.was_locked is None else written.was_locked
    observed = item.fields[of]
    if isinstance(observed, tuple) and by_key(observed).keys() != by_key(names(written.left)).keys():
        return is_locked
    return written.was_locked


def _text_back(of: Field, written: Written, item: Item, base: Base) -> WayBack:
    shown, before = text_shown(of, item), str(written.before)
    is_as_written = is_same_text(of, shown, str(written.after))
    is_back = is_same_text(of, shown, before)
    if not (is_as_written or is_back):
        return WayBack(UndoVerdict.CHANGED, written)
    needs_lock = (is_as_written or written.is_sent) and (of in item.locked) != written.was_locked
    result = Merged(
        shown,
        shown if is_back else before,
        None if is_back and not needs_lock else Why.LOCK if is_back else Why.UNDO,
        base.pushed.get(of, ""),
        written.base or "",
        sent=before,
        lock=written.was_locked,
    )
    return WayBack(UndoVerdict.ALREADY if result.why is None else UndoVerdict.GOES, written, result)


def _list_back(of: Field, written: Written, item: Item, base: Base) -> WayBack:
    observed = names(item.fields[of])
    have, went, came = by_key(observed), by_key(names(written.before)), by_key(names(written.after))
    coming = {key: name for key, name in went.items() if key not in have}
    staying = {key: name for key, name in have.items() if key not in came or key in went}
    after = (*staying.values(), *coming.values())
    photos = _photos_back(written, item, after)
    is_other = bool(coming) or len(staying) < len(have)
    needs_lock = (of in item.locked) != written.was_locked
    why = Why.UNDO if is_other else Why.PHOTO if photos else Why.LOCK if needs_lock else None
    ours = by_key(names(base.pushed.get(of)))
    again = {key: name for key, name in went.items() if key in by_key(names(written.base))}
    pushed = {key: name for key, name in ours.items() if key not in came} | again
    result = Merged(
        observed,
        after if is_other else observed,
        why,
        tuple(ours.values()),
        tuple(pushed.values()),
        photos=photos,
        sent=tuple({**pushed, **coming}.values()),
        lock=written.was_locked,
    )
    return WayBack(UndoVerdict.ALREADY if why is None else UndoVerdict.GOES, written, result)


def _photos_back(written: Written, item: Item, after: Iterable[str]) -> dict[str, str]:
    """Return the photos that actors had, of those who still show the one that was written; one that had none keeps it.

    Plex has no way to take a photo from an actor (docs/engineering/plex.md §2.4).
    """
    shown = {fold(name): url for name, url in item.photos.items()}
    pairs: Mapping[str, tuple[str, str]] = {fold(name): pair for name, pair in written.photos.items()}
    return {
        name: pairs[key][0]
        for name in after
        if (key := fold(name)) in pairs and pairs[key][0] and shown.get(key) == pairs[key][1] != pairs[key][0]
    }


def names(value: Value | None) -> tuple[str, ...]:
    """Return the names of a list, none of a text."""
    return value if isinstance(value, tuple) else ()

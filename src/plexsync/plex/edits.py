"""How a plan becomes requests: pure encoding, and one function that sends.

Sources disagree whether `genre[0].tag.tag=` adds to the genres or replaces them (docs/engineering/plex.md §2.3).
So a list is sent whole, together with the names to take away. The result is the same under both readings. The order in
which the server works through a request does not matter either, because no name is in both.
A server that was seen to add gets only the names that come and go (``deltas``). Then a tag renamed on thousands of
items is the same edit for all of them, and a list too long for one request goes in parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from plexsync.domain.model import LIST_FIELDS, Change, Field, Plan, Why
from plexsync.domain.text import fold
from plexsync.plex.client import PlexClient
from plexsync.plex.names import PARAMETER

MAX_IDS = 100
"""How many items share a request; thousands were answered with 400 (docs/engineering/plex.md §2.6)."""

MAX_URL = 6_000
"""Bytes of a URL from its path on; only one long value or list exceeds it (docs/engineering/plex.md §2.6)."""

DELTA_FIELDS = frozenset({Field.GENRES, Field.DIRECTORS, Field.COLLECTIONS, Field.LABELS})
"""Lists whose order nobody sees, so that what is added may come last."""

_REMOVALS = 4_000
_ADDITIONS = 4_000
_TYPE_MOVIE = 1
_ORDER = {of: place for place, of in enumerate(Field)}


@dataclass(frozen=True, slots=True)
class Edit:
    """One PUT: the same ``parameters`` (percent-encoded) for all of ``rating_keys``.

    Without ids Plex would change every item of the library (docs/engineering/plex.md §2.1). None can be made without:
    ValueError.
    """

    section_id: str
    rating_keys: tuple[str, ...]
    parameters: str

    def __post_init__(self) -> None:
        if not (self.rating_keys and self.parameters and all(map(_is_id, (self.section_id, *self.rating_keys)))):
            raise ValueError(f"no edit without ids and parameters: {self.section_id!r}, {self.rating_keys!r}")

    @property
    def path(self) -> str:
        """The path to PUT to."""
        return f"/library/sections/{self.section_id}/all"

    @property
    def query(self) -> str:
        """The whole query, ids first."""
        return f"type={_TYPE_MOVIE}&id={','.join(self.rating_keys)}&{self.parameters}"


def encode(plans: Sequence[Plan], *, deltas: bool = False) -> tuple[Edit, ...]:
    """Turn plans into as few requests as possible, in the plans' order; a plan without changes gives none.

    ``deltas`` sends of lists only what is added and removed, which is right only where adding does not replace. Raises
    ValueError for a plan without a usable rating key.
    """
    shared: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for plan in plans:
        groups = tuple(_groups(plan, deltas=deltas))
        if groups:
            shared.setdefault((plan.section_id, groups), []).append(plan.rating_key)
    return tuple(
        edit
        for (section_id, groups), keys in shared.items()
        for start in range(0, len(keys), MAX_IDS)
        for edit in _split(section_id, tuple(keys[start : start + MAX_IDS]), groups)
    )


def send(client: PlexClient, edit: Edit) -> None:
    """Apply an edit; raises :class:`ItemError` about its items (keys with commas) or :class:`ServerError`."""
    client.put(edit.path, edit.query, item=",".join(edit.rating_keys))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _split(section_id: str, keys: tuple[str, ...], groups: tuple[str, ...]) -> Iterator[Edit]:
    taken: tuple[str, ...] = ()
    for group in groups:
        if taken and not _fits(Edit(section_id, keys, "&".join((*taken, group))), taken, group):
            yield Edit(section_id, keys, "&".join(taken))
            taken = ()
        taken = (*taken, group)
    yield Edit(section_id, keys, "&".join(taken))


def _fits(edit: Edit, taken: tuple[str, ...], group: str) -> bool:
    first = group.partition("=")[0]
    repeated = any(other.partition("=")[0] == first for other in taken)
    return not repeated and len(edit.path) + 1 + len(edit.query) <= MAX_URL


def added(change: Change) -> tuple[str, ...]:
    """Return the names of a list that were not there before."""
    before = {fold(name) for name in change.before}
    return tuple(name for name in change.after if fold(name) not in before)


def _groups(plan: Plan, *, deltas: bool) -> Iterator[str]:
    """Encode each change as parameters that must not be torn apart, text before lists."""
    for change in sorted(plan.changes, key=lambda change: _ORDER[change.field]):
        name = PARAMETER[change.field]
        lock = [f"{name}.locked=1"] if plan.lock else []
        removals: list[str] = []
        parameters: list[str] = []
        if change.why is not Why.LOCK and change.field in LIST_FIELDS:
            *parts, parameters = _parts(name, change) if deltas else [_additions(name, change.after, change.photos)]
            yield from map("&".join, parts)
            removals = list(_removals(name, change))
        elif change.why is not Why.LOCK:
            parameters = [f"{name}.value={_quoted(str(change.after))}"]
        if parameters or lock:
            yield "&".join(parameters + lock)
        # After the whole list, never before: a connection lost in between must not leave less than there was.
        yield from removals


def is_long(change: Change) -> bool:
    """Tell whether a list goes in parts to a server that adds names."""
    return change.field in DELTA_FIELDS and len(_parts(PARAMETER[change.field], change)) > 1


def _parts(name: str, change: Change) -> list[list[str]]:
    """Encode what is added to a list, in parts that a request has room for; of one whose order counts, all of it."""
    if change.field not in DELTA_FIELDS:
        return [_additions(name, change.after, change.photos)]
    parts: list[list[str]] = [[]]
    size = 0
    for tag in added(change):
        row = _additions(name, [tag], {})[0]
        if parts[-1] and size + len(row) > _ADDITIONS:
            parts.append([])
            size = 0
        parts[-1].append(tag)
        size += len(row) + len("&") * 4  # and what a higher index takes
    return [_additions(name, part, change.photos) for part in parts]


def _additions(name: str, tags: Iterable[str], photos: Mapping[str, str]) -> list[str]:
    parameters = []
    for index, tag in enumerate(tags):
        row = _quoted_name(f"{name}[{index}]")
        parameters.append(f"{row}.tag.tag={_quoted_name(tag)}")
        if tag in photos:
            parameters.append(f"{row}.tag.thumb={_quoted(photos[tag])}")
    return parameters


def _removals(name: str, change: Change) -> Iterator[str]:
    """Name exactly what goes, encoded twice: Plex splits the decoded text at commas (docs/engineering/plex.md §2.4)."""
    staying = {fold(tag) for tag in change.after}
    going = sorted({_quoted_name(tag) for tag in change.before if fold(tag) not in staying})
    while going:
        count = 1
        while count < len(going) and len(_quoted(",".join(going[: count + 1]))) <= _REMOVALS:
            count += 1
        yield f"{_quoted(f'{name}[]')}.tag.tag-={_quoted(','.join(going[:count]))}"
        going = going[count:]


def _quoted(text: str) -> str:
    return quote(text, safe="")


@lru_cache(maxsize=4096)
def _quoted_name(name: str) -> str:
    """Quote what comes again and again: the same names, on thousands of items."""
    return _quoted(name)

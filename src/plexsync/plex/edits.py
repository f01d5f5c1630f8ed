"""How a plan becomes requests: pure encoding, and one function that sends.

Nothing is taken from a list that lacks something. An edit either adds to a list or takes from it. A removal is sent
only for an item that was read and had all that is to stay. So a list never has less than before and less than it ought
to have, whatever is refused, lost or half done in between.

Sources disagree whether `genre[0].tag.tag=` adds to the genres or replaces them (docs/engineering/plex.md §2.3). A list
sent whole comes out the same under both readings. A server that was seen to add gets the new names alone, for three
reasons. It may keep a name twice that it gets twice. A tag renamed on thousands of items is the same edit for all of
them. And a list too long for one request goes in parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from urllib.parse import quote

from plexsync.domain.capabilities import EditForms, RatingForm, Removal
from plexsync.domain.model import LIST_FIELDS, Change, Field, Item, Plan, Why
from plexsync.domain.text import fold
from plexsync.plex.client import PlexClient
from plexsync.plex.names import PARAMETER

MAX_IDS = 100
"""How many items share a request; thousands were answered with 400 (docs/engineering/plex.md §2.6)."""

MAX_URL = 6_000
"""Bytes of a URL from its path on; only one long value or list exceeds it (docs/engineering/plex.md §2.6)."""

SECONDS_PER_ITEM = 3.0
"""How much longer than other answers an edit's may take, for each item: minutes were seen on busy servers."""

_REMOVALS = 4_000
_ADDITIONS = 4_000
_TYPE_MOVIE = 1
_LIBRARY = "com.plexapp.plugins.library"
_AS_ASSUMED = EditForms()
_ORDER = {of: place for place, of in enumerate(Field)}


class ListForm(Enum):
    """How names come to a list: all that is to be there at once, only the new ones, or each by itself."""

    WHOLE = "whole"
    NEW = "new"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Piece:
    """Parameters (percent-encoded) that must not be torn apart, and the field and the values they are about."""

    field: Field
    parameters: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """One PUT: the same ``pieces`` for all of ``rating_keys``.

    Without ids Plex would change every item of the library (docs/engineering/plex.md §2.1). None can be made without:
    ValueError.
    """

    section_id: str
    rating_keys: tuple[str, ...]
    pieces: tuple[Piece, ...]

    def __post_init__(self) -> None:
        if not (self.rating_keys and self.parameters and all(map(_is_id, (self.section_id, *self.rating_keys)))):
            raise ValueError(f"no edit without ids and parameters: {self.section_id!r}, {self.rating_keys!r}")

    @property
    def path(self) -> str:
        """The path to PUT to."""
        return f"/library/sections/{self.section_id}/all"

    @property
    def parameters(self) -> str:
        """All pieces together."""
        return "&".join(piece.parameters for piece in self.pieces)

    @property
    def query(self) -> str:
        """The whole query, ids first."""
        return f"type={_TYPE_MOVIE}&id={','.join(self.rating_keys)}&{self.parameters}"

    @property
    def size(self) -> int:
        """Bytes of the URL from its path on."""
        return len(self.path) + 1 + len(self.query)

    @property
    def is_single(self) -> bool:
        """Tell whether nothing smaller could be sent: one value for one item."""
        return len(self.rating_keys) == 1 and len(self.pieces) == 1 and len(self.pieces[0].values) <= 1

    def by_piece(self) -> tuple[Edit, ...]:
        """Return an edit for each piece."""
        return tuple(replace(self, pieces=(piece,)) for piece in self.pieces)

    def by_item(self) -> tuple[Edit, ...]:
        """Return an edit for each item."""
        return tuple(replace(self, rating_keys=(key,)) for key in self.rating_keys)

    def without(self, rating_keys: Iterable[str]) -> Edit | None:
        """Return the edit but for some items, None if none are left."""
        out = frozenset(rating_keys)
        keys = tuple(key for key in self.rating_keys if key not in out)
        return replace(self, rating_keys=keys) if keys else None


@dataclass(frozen=True, slots=True)
class RateEdit(Edit):
    """One PUT that rates one item for the token's account (docs/engineering/plex.md §4.3)."""

    @property
    def path(self) -> str:
        """The path to PUT to."""
        return "/:/rate"

    @property
    def query(self) -> str:
        """The whole query."""
        return f"identifier={_LIBRARY}&key={self.rating_keys[0]}&{self.parameters}"


def encode(plans: Sequence[Plan], lists: ListForm = ListForm.WHOLE, forms: EditForms = _AS_ASSUMED) -> tuple[Edit, ...]:
    """Turn plans into as few requests as possible, in the plans' order; a plan without changes gives none.

    Any other form of ``lists`` than whole is right only where adding does not replace. Raises ValueError for a plan
    without a usable rating key.
    """
    shared: dict[tuple[str, tuple[Piece, ...]], list[str]] = {}
    for plan in plans:
        pieces = tuple(_pieces(plan, lists, forms))
        if pieces:
            shared.setdefault((plan.section_id, pieces), []).append(plan.rating_key)
    edits = (
        edit
        for (section_id, pieces), keys in shared.items()
        for start in range(0, len(keys), MAX_IDS)
        for edit in _split(section_id, tuple(keys[start : start + MAX_IDS]), pieces)
    )
    return (*edits, *(_rating(plans) if forms.rating is RatingForm.RATE else ()))


def _rating(plans: Sequence[Plan]) -> Iterator[RateEdit]:
    """Rate each item by itself; -1 takes its rating away."""
    for plan in plans:
        for change in plan.changes:
            if change.field is Field.RATING and change.why is not Why.LOCK:
                value = str(change.after)
                piece = Piece(Field.RATING, f"rating={_quoted(value or '-1')}", (value,))
                yield RateEdit(plan.section_id, (plan.rating_key,), (piece,))


def send(client: PlexClient, edit: Edit) -> None:
    """Apply an edit; raises :class:`ItemError` about its items (keys with commas) or :class:`ServerError`."""
    patience = SECONDS_PER_ITEM * len(edit.rating_keys)
    client.edit(edit.path, edit.query, item=",".join(edit.rating_keys), patience=patience)


def added(change: Change) -> tuple[str, ...]:
    """Return the names of a list that were not there before."""
    before = {fold(name) for name in change.before}
    return tuple(name for name in change.after if fold(name) not in before)


def additions(change: Change, lists: ListForm) -> tuple[tuple[str, ...], ...]:
    """Return the names to send so that a list gets what it lacks, a request's worth at a time; none if it has all."""
    new = set(added(change)) | change.photos.keys()
    if not new:
        return ()
    if lists is ListForm.WHOLE:
        return (tuple(dict.fromkeys(change.after)),)
    most = 0 if lists is ListForm.SINGLE else _ADDITIONS
    row = len(_quoted_name(f"{PARAMETER[change.field]}[000].tag.tag=&"))
    return tuple(
        _filled([tag for tag in change.after if tag in new], most, lambda tag: row + _row_size(tag, change.photos))
    )


def going(change: Change) -> tuple[str, ...]:
    """Return the names that a change takes from a list that has all that is to stay."""
    if change.field not in LIST_FIELDS or change.why is Why.LOCK or additions(change, ListForm.WHOLE):
        return ()
    staying = {fold(tag) for tag in change.after}
    return tuple(sorted({tag for tag in change.before if fold(tag) not in staying}))


def removals(change: Change, lists: ListForm, form: Removal) -> tuple[tuple[str, ...], ...]:
    """Return the names to take from a list, a request's worth at a time.

    Encoded once, a name with a comma may be read as several. One that would so take a name that is to stay is left.
    """
    names = going(change)
    if form is Removal.PLAIN:
        staying = {fold(tag) for tag in change.after}
        names = tuple(name for name in names if staying.isdisjoint(map(fold, name.split(","))))
    most = 0 if lists is ListForm.SINGLE or form is not Removal.JOINED else _REMOVALS
    return tuple(_filled(names, most, lambda tag: len(_quoted(_quoted_name(tag))) + len("%2C")))


def removal_pieces(change: Change, form: Removal, lists: ListForm = ListForm.NEW) -> tuple[Piece, ...]:
    """Encode what a change takes from a list, or in place of that what stays, if anything does."""
    if form is Removal.WHOLE and change.after and going(change):
        return (_piece(change.field, change.after, _rows(change, change.after)),)
    parts = removals(change, lists, form)
    return tuple(_piece(change.field, tags, [_removal(change.field, tags, form)]) for tags in parts)


def is_long(change: Change) -> bool:
    """Tell whether a list is too long for one request."""
    return change.field in LIST_FIELDS and len(additions(change, ListForm.NEW)) > 1


def adding(plan: Plan, change: Change, tags: Sequence[str]) -> Edit:
    """Return the edit that sends these names alone."""
    return Edit(plan.section_id, (plan.rating_key,), (_piece(change.field, tags, _rows(change, tags)),))


def harmless(item: Item) -> Edit:
    """Return an edit that leaves an item as it is: its title is locked if it was locked, else not."""
    lock = f"{PARAMETER[Field.TITLE]}.locked={int(Field.TITLE in item.locked)}"
    return Edit(item.section_id, (item.rating_key,), (Piece(Field.TITLE, lock),))


def removing(plan: Plan, change: Change, form: Removal) -> tuple[Edit, ...]:
    """Return the edits that take from a list what a change takes, and nothing more."""
    return tuple(Edit(plan.section_id, (plan.rating_key,), (piece,)) for piece in removal_pieces(change, form))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _split(section_id: str, keys: tuple[str, ...], pieces: tuple[Piece, ...]) -> Iterator[Edit]:
    taken: tuple[Piece, ...] = ()
    for piece in pieces:
        if taken and not _fits(Edit(section_id, keys, (*taken, piece))):
            yield Edit(section_id, keys, taken)
            taken = ()
        taken = (*taken, piece)
    yield Edit(section_id, keys, taken)


def _fits(edit: Edit) -> bool:
    *taken, last = (piece.parameters.partition("=")[0] for piece in edit.pieces)
    return last not in taken and edit.size <= MAX_URL


def _pieces(plan: Plan, lists: ListForm, forms: EditForms) -> Iterator[Piece]:
    """Encode each change as parameters that must not be torn apart, text before lists; a lock comes last."""
    for change in sorted(plan.changes, key=lambda change: _ORDER[change.field]):
        lock = _lock(change, plan)
        if change.field is Field.RATING and forms.rating is RatingForm.RATE:
            if change.lock is not None:  # a rating by itself leaves the lock that an edit has set
                yield _piece(change.field, (), [lock])
            continue
        *rest, last = _unlocked(change, lists, forms.removal) or [Piece(change.field, "")]
        yield from rest
        if last.parameters or lock:
            yield _piece(change.field, last.values, filter(None, [last.parameters, lock]))


def _lock(change: Change, plan: Plan) -> str:
    """Encode how a field is locked then, "" where its lock is left as it is."""
    if change.lock is None:
        return f"{PARAMETER[change.field]}.locked=1" if plan.lock else ""
    return f"{PARAMETER[change.field]}.locked={int(change.lock)}"


def _unlocked(change: Change, lists: ListForm, form: Removal) -> list[Piece]:
    """Encode what a change writes; of a list, what goes waits for another edit if this one adds (see above)."""
    of = change.field
    if change.why is Why.LOCK:
        return []
    if of not in LIST_FIELDS:
        text = str(change.after)
        return [_piece(of, (text,), [f"{PARAMETER[of]}.value={_quoted(text)}"])]
    new = [_piece(of, tags, _rows(change, tags)) for tags in additions(change, lists)]
    return new or list(removal_pieces(change, form, lists))


def _piece(of: Field, values: Sequence[str], parameters: Iterable[str]) -> Piece:
    return Piece(of, "&".join(parameters), tuple(values))


def _filled(tags: Iterable[str], most: int, size_of: Callable[[str], int]) -> Iterator[tuple[str, ...]]:
    """Cut names into parts that a request has room for, each of one name at least."""
    part: list[str] = []
    size = 0
    for tag in tags:
        if part and size + size_of(tag) > most:
            yield tuple(part)
            part, size = [], 0
        part.append(tag)
        size += size_of(tag)
    if part:
        yield tuple(part)


def _row_size(tag: str, photos: Mapping[str, str]) -> int:
    return len(_quoted_name(tag)) + (len(_quoted(photos[tag])) + 40 if tag in photos else 0)


def _rows(change: Change, tags: Iterable[str]) -> list[str]:
    parameters = []
    for index, tag in enumerate(tags):
        row = _quoted_name(f"{PARAMETER[change.field]}[{index}]")
        parameters.append(f"{row}.tag.tag={_quoted_name(tag)}")
        if tag in change.photos:
            parameters.append(f"{row}.tag.thumb={_quoted(change.photos[tag])}")
    return parameters


def _removal(of: Field, tags: Iterable[str], form: Removal) -> str:
    """Name exactly what goes.

    It is encoded twice where Plex splits the decoded text at commas (docs/engineering/plex.md §2.4).
    """
    names = ",".join(sorted({tag if form is Removal.PLAIN else _quoted_name(tag) for tag in tags}))
    return f"{_quoted(f'{PARAMETER[of]}[]')}.tag.tag-={_quoted(names)}"


def _quoted(text: str) -> str:
    return quote(text, safe="")


@lru_cache(maxsize=4096)
def _quoted_name(name: str) -> str:
    """Quote what comes again and again: the same names, on thousands of items."""
    return _quoted(name)

"""Turns rows of Plex's answers into values of the model, as far as they make sense.

A row is refused only where it cannot be told which item it is, or which files it holds. Plex sends names and titles as
it finds them, half letters included (edde746/plezy#23, watchstate#68). Such a title is used, with U+FFFD in that place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plexsync.domain.model import LIST_FIELDS, Field, Item, ListedItem, Part, Section, Value, empty_value
from plexsync.domain.phrases import kind_of
from plexsync.net.decode import (
    DECODE_ERRORS,
    has_half,
    key,
    misfit,
    real,
    seconds,
    text,
    text_if_any,
    whole_if_any,
)
from plexsync.plex.names import ELEMENT, OF_LOCK, PARAMETER, PICTURE_LOCK

Row = Mapping[str, Any]

_OPTIMIZED = 42
_OPTIMIZED_FOLDER = re.compile(r"[/\\]Plex Versions[/\\]")
_TRUE = (True, 1, "1")
_FALSE = (False, 0, "0", None)


@dataclass(frozen=True, slots=True)
class Listed:
    """A listing's row: an item, or at least its key; ``problem`` says what could not be read."""

    key: str
    item: ListedItem | None
    title: str
    path: str
    problem: str = ""


def listed(row: Any, section_id: str) -> Listed:
    """Read a row of a listing; a row of another shape has no key."""
    if not isinstance(row, Mapping):
        return Listed("", None, "", "", f"{kind_of(row)} in place of an item")
    title = text_if_any(row.get("title"))
    try:
        rating_key = key(row.get("ratingKey"))
    except DECODE_ERRORS as problem:
        return Listed("", None, title, _some_path(row), f"ratingKey: {misfit(problem)}")
    try:
        problems: list[str] = []
        parts = tuple(_parts(row, problems))
    except DECODE_ERRORS as problem:
        return Listed(rating_key, None, title, "", f"its files: {misfit(problem)}")
    item = ListedItem(rating_key, section_id, title, seconds(row.get("updatedAt")), seconds(row.get("addedAt")), parts)
    path = parts[0].path if parts else ""
    return Listed(rating_key, item, title, path, "; ".join(problems))


def _some_path(row: Row) -> str:
    try:
        return next((part.path for part in _parts(row, [])), "")
    except DECODE_ERRORS:
        return ""


def section(row: Row) -> Section:
    """Read a library; raises for one without a key or a type."""
    locations = row.get("Location")
    return Section(
        id=key(row["key"]),
        title=text(row["title"]),
        type=text(row["type"]),
        locations=tuple(text(location["path"]) for location in (locations if isinstance(locations, list) else ())),
        changed=whole_if_any(row.get("contentChangedAt")),
        refreshing=row.get("refreshing") in _TRUE,
        agent=text_if_any(row.get("agent")),
    )


def item(row: Row, container: Row) -> Item:
    """Read an item in full; raises for one without a library, or whose files make no sense.

    A field of another shape, or a list with half a letter in it, is unreadable: sent back, it would change.
    """
    section_id = row.get("librarySectionID", container.get("librarySectionID"))
    if section_id is None:
        raise ValueError("an item without a library")
    values = {of: _value(row, of) for of in Field}
    unreadable = {of for of, value in values.items() if value is None}
    if Field.TITLE in unreadable:
        unreadable.add(Field.SORT_TITLE)
    return Item(
        rating_key=key(row["ratingKey"]),
        section_id=key(section_id),
        fields={of: empty_value(of) if value is None else value for of, value in values.items()},
        locked=frozenset(_locked(row)),
        parts=tuple(_parts(row, [])),
        updated_at=seconds(row.get("updatedAt")),
        guid=text_if_any(row.get("guid")),
        photos=dict(_photos(row)),
        pictures={of: shown for name, of in PICTURE_LOCK.items() if (shown := text_if_any(row.get(name)))},
        locked_pictures=frozenset(of for name in _lock_names(row) if (of := PICTURE_LOCK.get(name)) is not None),
        unreadable=frozenset(unreadable),
    )


def _value(row: Row, of: Field) -> Value | None:
    """Return what an item shows in a field, None where that makes no sense."""
    try:
        return _names(row.get(ELEMENT[of], ())) if of in LIST_FIELDS else _scalar(row.get(PARAMETER[of]), of)
    except DECODE_ERRORS:
        return None


def _names(tags: Any) -> tuple[str, ...] | None:
    names = tuple(tag["tag"] for tag in tags or ())
    return None if any(map(has_half, names)) else tuple(map(text, names))


def _scalar(raw: Any, of: Field) -> str:
    if raw is None:
        return ""
    if of is Field.RATING:
        return f"{real(raw):g}"
    return text(raw)[:10] if of is Field.DATE else text(raw)


def _locked(row: Row) -> Iterator[Field]:
    """Yield the locked fields; raises where that cannot be told: a lock that is missed costs a person's value."""
    yield from (OF_LOCK[name] for name in _lock_names(row) if name in OF_LOCK)


def _lock_names(row: Row) -> Iterator[str]:
    for lock in row.get("Field") or ():
        name = text(lock["name"])
        if lock.get("locked") not in _FALSE:
            yield name


def _photos(row: Row) -> Iterator[tuple[str, str]]:
    roles = row.get("Role")
    for role in (one for one in (roles if isinstance(roles, list) else ()) if isinstance(one, Mapping)):
        name, thumb = text_if_any(role.get("tag")), text_if_any(role.get("thumb"))
        if name and thumb:
            yield name, thumb


def _parts(row: Row, problems: list[str]) -> Iterator[Part]:
    """Yield all files of all versions that a person made, none of Plex's own (docs/engineering/plex.md §1.7).

    A file whose path makes no sense is passed over and told in ``problems``.
    """
    for media in row.get("Media") or ():
        if whole_if_any(media.get("proxyType")) == _OPTIMIZED:
            continue
        for part in media.get("Part") or ():
            file = part.get("file")
            if file is not None and not isinstance(file, str):
                problems.append(f"file: {kind_of(file)} in place of a text")
            elif file is not None and not _OPTIMIZED_FOLDER.search(file):
                yield Part(text(file), whole_if_any(part.get("size")), whole_if_any(part.get("duration")))

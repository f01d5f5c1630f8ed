"""How the keys of mutation inputs become columns of rows; a key that is absent leaves its column alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from plexsync_simulators.stash.errors import NotSimulated, ResolverError
from plexsync_simulators.stash.graphql.inputs import atoi, bulk, date, ids, optional_id
from plexsync_simulators.stash.library import pictures


@dataclass(frozen=True, slots=True)
class Given:
    """One key of an input: its value, what the column holds now, and the server it happens on.

    `is_new` tells that there is no row yet.
    """

    key: str
    value: Any
    current: Any
    stash: Any
    is_new: bool


@dataclass(frozen=True, slots=True)
class Column:
    """The attribute a key writes and the conversion of its value."""

    attribute: str
    convert: Callable[[Given], Any]


Columns = Mapping[str, Column]
_NOT_COLUMNS = {"id", "ids", "clientMutationId", "o_counter", "play_count", "child_ids", "file_ids", "primary_file_id"}
_NOT_COLUMNS |= {"containing_groups"}


def changes(row: object, given: Mapping[str, object], columns: Columns, stash: object) -> dict[str, object]:
    """Return the new values by attribute, all checked before any is written; raises ResolverError.

    `row` is the row as it is, or a new one's defaults.
    """
    found = {}
    for key, value in given.items():
        if key in _NOT_COLUMNS:
            continue
        if key not in columns:
            raise NotSimulated(f"the simulator does not write {key}")
        column = columns[key]
        current = _read(row, column.attribute)
        found[column.attribute] = column.convert(Given(key, value, current, stash, row is None))
    return found


def write(row: Any, found: Mapping[str, Any]) -> None:
    """Write what `changes` found."""
    for attribute, value in found.items():
        if attribute.startswith("extra."):
            row.extra[attribute.removeprefix("extra.")] = value
        else:
            setattr(row, attribute, value)


def _read(row: Any, attribute: str) -> Any:
    if attribute.startswith("extra."):
        return row.extra.get(attribute.removeprefix("extra.")) if row is not None else None
    return getattr(row, attribute, None)


def words(names: str) -> dict[str, Column]:
    """Texts that are empty rather than null."""
    return {name: Column(name, lambda given: given.value or "") for name in names.split()}


def plain(names: str) -> dict[str, Column]:
    """Values taken as they are."""
    return {name: Column(name, lambda given: given.value) for name in names.split()}


def flags(names: str) -> dict[str, Column]:
    """Booleans; null leaves the column alone."""
    return {
        name: Column(name, lambda given: bool(given.current) if given.value is None else given.value)
        for name in names.split()
    }


def dates(names: str) -> dict[str, Column]:
    """Dates, partial ones where the version knows them."""
    return {
        name: Column(name, lambda given: date(given.value, partial=given.stash.version.partial_dates))
        for name in names.split()
    }


def reference(key: str, table: str) -> dict[str, Column]:
    """A single reference, cleared by null."""

    def convert(given: Given) -> int | None:
        id_ = optional_id(given.value, f"converting {key.replace('_', ' ')}")
        if id_ is not None:
            _must_exist(given.stash, table, [id_])
        return id_

    return {key: Column(key, convert)}


def id_list(key: str, table: str) -> dict[str, Column]:
    """A list of references: replaced by a list, changed by a bulk input `{"ids", "mode"}`."""

    def convert(given: Given) -> list[int]:
        change = given.value if isinstance(given.value, Mapping) else None
        wanted = change.get("ids") if change else given.value
        numbers = ids(wanted, f"converting {key.replace('_', ' ')}")
        if change is None or change["mode"] != "REMOVE":
            _must_exist(given.stash, table, numbers)
        return bulk(given.current or [], change, numbers)

    return {key: Column(key, convert)}


def text_list(key: str) -> dict[str, Column]:
    """A list of texts: replaced by a list, changed by a bulk input `{"values", "mode"}`."""

    def convert(given: Given) -> list[str]:
        change = given.value if isinstance(given.value, Mapping) else None
        wanted = change.get("values") if change else given.value
        return bulk(given.current or [], change, list(wanted or []))

    return {key: Column(key, convert)}


def first_text(key: str, attribute: str) -> dict[str, Column]:
    """A deprecated single value of what is a list now: `url`."""
    return {key: Column(attribute, lambda given: [given.value] if given.value else [])}


def picture(key: str, attribute: str, *, cleared_by_null: bool) -> dict[str, Column]:
    """An image: null clears it, but for a scene's cover before v0.31 (scene_cover_null)."""

    def convert(given: Given) -> bytes | None:
        if given.value:
            return pictures.from_input(given.value)
        return None if cleared_by_null or given.stash.version.clears_covers else given.current

    return {key: Column(attribute, convert)}


def stash_ids(given: Given) -> list[dict[str, object]]:
    """Identities on stash-boxes; each gets the time it was set."""
    now = given.stash.clock.stamp()
    return [{**one, "updated_at": one.get("updated_at") or now} for one in given.value or ()]


def custom_fields(given: Given) -> dict[str, Any]:
    """Fields of a person's own: told whole for a new row, by what changes for another."""
    change = given.value or {}
    if given.is_new:
        return dict(change)
    if change.get("full") is not None:
        return dict(change["full"])
    merged = {**(given.current or {}), **(change.get("partial") or {})}
    return {name: value for name, value in merged.items() if name not in (change.get("remove") or ())}


def groups(given: Given) -> dict[int, int | None]:
    """The groups of a scene with the scene's number in each; `movies` is the old word."""
    noun = "movie_id" if given.key == "movies" else "group_id"
    found = {atoi(one[noun], "converting groups"): one.get("scene_index") for one in given.value or ()}
    _must_exist(given.stash, "groups", list(found))
    return found


def bulk_groups(given: Given) -> dict[int, int | None]:
    """The groups of a scene after a bulk change; those added have no number."""
    wanted = ids((given.value or {}).get("ids"), "converting group ids")
    _must_exist(given.stash, "groups", wanted)
    kept = bulk(list(given.current or {}), given.value, wanted)
    return {id_: (given.current or {}).get(id_) for id_ in kept}


def _must_exist(stash: Any, table: str, numbers: list[int]) -> None:
    rows = getattr(stash.library, table)
    if not all(number in rows for number in numbers):
        raise ResolverError("FOREIGN KEY constraint failed")

"""The edit request: its query decoded into a value, and that value applied to an item.

Source: docs/engineering/plex.md §2 (parameters, field names, tag lists, locks, traps).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from plexsync_simulators.plex.fields import LOCKABLE, SCALARS, TAGS
from plexsync_simulators.plex.library.loading import assign_value, set_locks
from plexsync_simulators.plex.library.model import Item, PlexLibrary
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.plex.switches import Switches

Params = list[tuple[str, str]]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIELD = re.compile(r"(\w+)\.(value|locked)")
_TAG = re.compile(r"(\w+)\[(\d*)\]\.(tag\.tag-|tag\.tag|tag\.thumb|tag\.tagKey|tag|tagging\.text)")


@dataclass(slots=True)
class NewTag:
    """A tag to be put on, with the role played and the person's photo where given."""

    name: str | None = None
    text: str = ""
    thumb: str = ""


@dataclass(slots=True)
class TagEdit:
    """A request about one tag list; `removals` are the values of `tag.tag-`, percent-decoded once."""

    new: dict[int, NewTag] = field(default_factory=dict)
    removals: list[str] = field(default_factory=list)
    drop_all: bool = False


@dataclass(slots=True)
class Edit:
    """A decoded edit: field values (None clears), locks, tag lists; `rest` are the item filters."""

    values: dict[str, object] = field(default_factory=dict)
    locks: dict[str, bool] = field(default_factory=dict)
    tags: dict[str, TagEdit] = field(default_factory=dict)
    rest: Params = field(default_factory=list)


def decode(params: Params) -> Edit:
    """Read an edit from query parameters that were percent-decoded once.

    Raises Refused: 400 for an unknown field or a bad value, 500 for a bad date (docs/engineering/plex.md §2.2).
    """
    edit = Edit()
    for name, value in params:
        if match := _FIELD.fullmatch(name):
            _decode_field(edit, match[1], match[2], value)
        elif match := _TAG.fullmatch(name):
            _decode_tag(edit, match[1], match[2], match[3], value)
        elif "." in name or "[" in name:
            raise Refused(400, f"unknown parameter {name!r}")
        else:
            edit.rest.append((name, value))
    for kind, tag_edit in edit.tags.items():
        if any(new.name is None for new in tag_edit.new.values()):
            raise Refused(400, f"{kind}: an association without a tag")
    return edit


def _decode_field(edit: Edit, name: str, what: str, value: str) -> None:
    if what == "locked":
        if name not in LOCKABLE or value not in ("0", "1"):
            raise Refused(400, f"{name}.locked={value!r}")
        edit.locks[name] = value == "1"
    elif name in SCALARS:
        edit.values[name] = _read_value(name, value)
    else:
        raise Refused(400, f"unknown field {name!r}")


def _read_value(name: str, text: str) -> object:
    kind = SCALARS[name]
    if kind == "text" or not text:
        return text or None
    if kind == "date":
        return _read_date(text)
    if kind == "epoch":
        return _read_number(name, text, -(2**62), 2**62, int)
    # -1 clears a rating (docs/engineering/plex.md §4.3).
    rating = _read_number(name, text, -1.0, 10.0, float)
    return None if rating < 0 else rating


def _read_date(text: str) -> str:
    if not _DATE.fullmatch(text):
        raise Refused(500, f"bad date {text!r}")
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise Refused(500, f"bad date {text!r}") from None


def _read_number(name: str, text: str, least: float, most: float, kind: type[int | float]) -> int | float:
    try:
        number = kind(text)
    except ValueError:
        raise Refused(400, f"{name}: {text!r} is no number") from None
    if not least <= number <= most:
        raise Refused(400, f"{name}: {text!r} is out of range")
    return number


def _decode_tag(edit: Edit, kind: str, index: str, what: str, value: str) -> None:
    if kind == "studio":
        # The studio is a scalar; sent as a tag it ends up among the directors (docs/engineering/plex.md §2.2).
        kind = "director"
    if kind not in TAGS:
        raise Refused(400, f"unknown tag type {kind!r}")
    tag_edit = edit.tags.setdefault(kind, TagEdit())
    if what == "tag.tag-":
        tag_edit.removals.append(value)
    elif what == "tag":
        if index or value:
            raise Refused(400, f"{kind}[].tag takes neither index nor value")
        tag_edit.drop_all = True
    else:
        new = tag_edit.new.setdefault(int(index) if index else len(tag_edit.new), NewTag())
        _describe(new, what, value)


def _describe(new: NewTag, what: str, value: str) -> None:
    if what == "tag.tag":
        if not value:
            raise Refused(400, "an empty tag")
        new.name = value
    elif what == "tagging.text":
        new.text = value
    elif what == "tag.thumb":
        new.thumb = value


def removed_names(values: list[str], reading: str) -> list[str]:
    """The names in the `tag.tag-` values of a request, by the switch `removals` (docs/engineering/plex.md §2.4).

    Split at commas and then decoded once more, a name that holds a comma survives only if it was encoded twice. Where
    a request takes one name, the last one counts.
    """
    if reading == "none":
        return []
    several, decoded = reading in ("joined", "plain"), reading in ("joined", "one")
    names = ",".join(values).split(",") if several else values[-1:]
    return [unquote(name) if decoded else name for name in names if name]


def apply(library: PlexLibrary, item: Item, edit: Edit, switches: Switches) -> None:
    """Carry the edit out on one item and note the change, also if nothing differs from before."""
    ignored = switches.names("ignored")
    for name, value in edit.values.items():
        if name not in ignored:
            _apply_value(library, item, name, value)
    if "title" in edit.values and "titleSort" not in edit.values and "titleSort" not in item.locks:
        item.values.pop("titleSort", None)
    for kind, tag_edit in edit.tags.items():
        if kind not in ignored:
            _apply_tags(library, item, kind, tag_edit, switches)
    set_locks(item, [name for name, locked in edit.locks.items() if locked], locked=True)
    set_locks(item, [name for name, locked in edit.locks.items() if not locked], locked=False)
    touched = edit.values.keys() | edit.tags.keys() | edit.locks.keys()
    library.changed(item, dated=not touched <= switches.names("still_fields"))


def _apply_value(library: PlexLibrary, item: Item, name: str, value: Any) -> None:
    if name == "title" and item.kind == "collection":
        if not value:
            raise Refused(400, "a collection needs a title")
        library.rename_collection(item, value)
    elif name == "addedAt":
        item.added_at = item.added_at if value is None else value
    else:
        assign_value(item, name, value)


def _apply_tags(library: PlexLibrary, item: Item, kind: str, edit: TagEdit, switches: Switches) -> None:
    new = [edit.new[index] for index in sorted(edit.new)]
    wanted = {library.tag(kind, str(one.name), item.section).id for one in new}
    emptied = (edit.drop_all and switches.drop_all == "first") or (bool(new) and switches.tag_semantics == "replace")
    if emptied:
        _detach_all(library, item, kind, keep=wanted)
    for one in new:
        tag = library.tag(kind, str(one.name), item.section)
        if switches.photos == "kept":
            library.set_photo(tag, one.thumb)
        library.attach(item, tag, one.text, twice=switches.adding == "doubled" and not emptied)
    if switches.tag_order == "sorted":
        item.tags.get(kind, []).sort(key=lambda tagging: tagging.tag.name)
    _detach_named(library, item, kind, removed_names(edit.removals, switches.removals))
    if edit.drop_all and switches.drop_all == "last":
        _detach_all(library, item, kind, keep=set())


def _detach_all(library: PlexLibrary, item: Item, kind: str, keep: set[int]) -> None:
    """Take all tags off but those that come right back: a collection must not vanish in between."""
    for tagging in list(item.tags.get(kind, [])):
        if tagging.tag.id not in keep:
            library.detach(item, tagging.tag)


def _detach_named(library: PlexLibrary, item: Item, kind: str, names: Iterable[str]) -> None:
    for name in names:
        tag = library.find_tag(kind, name, item.section)
        if tag is not None:
            library.detach(item, tag)

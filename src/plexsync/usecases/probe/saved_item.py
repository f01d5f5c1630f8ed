"""An item as an edit can change it: saved before the probe writes, compared afterwards.

Moments and counts that Plex keeps by itself are left out: ``updatedAt`` cannot be put back by anybody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plexsync.net.decode import LOST, key, real, seconds, text, text_if_any, text_or_none

SCALARS = (
    *("title", "titleSort", "originalTitle", "editionTitle", "studio", "contentRating", "tagline", "summary"),
    *("originallyAvailableAt", "userRating"),
)
LISTS: Mapping[str, str] = {
    "genre": "Genre",
    "actor": "Role",
    "director": "Director",
    "writer": "Writer",
    "producer": "Producer",
    "country": "Country",
    "collection": "Collection",
    "label": "Label",
}
"""The name of each list in an edit, and of its rows in an answer."""

MARK = "plexsync probe"
"""All texts and names of the probe's own begin with it, whatever becomes of their capitals."""

_PICTURES = ("thumb", "art")
_STAMP = re.compile(r"/\d+$")
Name = tuple[str, str, str]
"""A name in a list, the role played, and the person's photo."""


@dataclass(frozen=True, slots=True)
class SavedItem:
    """The values, lists, locks and pictures of an item.

    ``updated``, ``year`` and ``guid``, Plex's own name for the item, are told but not compared.
    """

    rating_key: str
    section_id: str
    kind: str
    values: Mapping[str, str]
    lists: Mapping[str, tuple[Name, ...]]
    locks: frozenset[str]
    pictures: Mapping[str, str]
    updated: int = field(default=0, compare=False)
    year: str = field(default="", compare=False)
    guid: str = field(default="", compare=False)

    @classmethod
    def of(cls, row: Mapping[str, Any], container: Mapping[str, Any]) -> SavedItem:
        """Read a full item; raises what reading an item of another shape raises."""
        section = row.get("librarySectionID", container.get("librarySectionID"))
        return cls(
            rating_key=key(row["ratingKey"]),
            section_id=key(section),
            kind=text(row["type"]),
            values={name: value for name in SCALARS if (value := _scalar(name, row.get(name)))},
            lists={name: tuple(map(_name, row[element])) for name, element in LISTS.items() if row.get(element)},
            locks=frozenset(text(lock["name"]) for lock in row.get("Field") or () if lock.get("locked") in {1, "1"}),
            pictures={name: _STAMP.sub("", text(row[name])) for name in _PICTURES if row.get(name)},
            updated=seconds(row.get("updatedAt")),
            year=str(row.get("year") or ""),
            guid=text_if_any(row.get("guid")),
        )

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> SavedItem:
        """Read what :meth:`to_json` made."""
        return cls(
            rating_key=key(saved["rating_key"]),
            section_id=key(saved["section_id"]),
            kind=text(saved["kind"]),
            values={text(name): text(value) for name, value in saved["values"].items()},
            lists={text(name): tuple(tuple(map(text, one)) for one in rows) for name, rows in saved["lists"].items()},  # type: ignore[misc]
            locks=frozenset(map(text, saved["locks"])),
            pictures={text(name): text(value) for name, value in saved["pictures"].items()},
            guid=text_if_any(saved.get("guid")),
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return {
            "rating_key": self.rating_key,
            "section_id": self.section_id,
            "kind": self.kind,
            "values": dict(self.values),
            "lists": {name: list(rows) for name, rows in self.lists.items()},
            "locks": sorted(self.locks),
            "pictures": dict(self.pictures),
            "guid": self.guid,
        }

    @property
    def is_readable(self) -> bool:
        """Whether all its texts came whole: half a letter could not be put back."""
        names = [part for rows in self.lists.values() for row in rows for part in row]
        return not any(LOST in one for one in (*self.values.values(), *names))

    @property
    def bears_marks(self) -> bool:
        """Whether a probe's own texts or names stand in it: another one is at work, or was not undone."""
        texts = [self.values.get(name, "") for name in ("summary", "tagline")]
        names = [name for of in self.lists for name in self.names(of)]
        return any(one.casefold().startswith(MARK) for one in (*texts, *names))

    def value(self, name: str) -> str:
        """Return the value of a field, "" if it has none."""
        return self.values.get(name, "")

    def names(self, of: str) -> tuple[str, ...]:
        """Return the names of a list."""
        return tuple(name for name, _, _ in self.lists.get(of, ()))

    def differences(self, now: SavedItem) -> tuple[str, ...]:
        """Return the parts that are otherwise now: fields, lists, locks as ``title.locked``, pictures."""
        values = [name for name in SCALARS if self.values.get(name) != now.values.get(name)]
        lists = [name for name in LISTS if Counter(self.lists.get(name, ())) != Counter(now.lists.get(name, ()))]
        locks = [f"{name}.locked" for name in sorted(self.locks ^ now.locks)]
        pictures = [name for name in _PICTURES if self.pictures.get(name) != now.pictures.get(name)]
        return (*values, *lists, *locks, *pictures)

    def reordered(self, now: SavedItem) -> tuple[str, ...]:
        """Return the lists that hold the same names now, in another order."""
        both = ((name, self.names(name), now.names(name)) for name in LISTS)
        return tuple(name for name, before, after in both if before != after and Counter(before) == Counter(after))


def _scalar(name: str, value: Any) -> str:
    if name == "userRating":
        return "" if value is None else f"{real(value):g}"
    return text_or_none(value)


def _name(row: Mapping[str, Any]) -> Name:
    return text(row["tag"]), text_if_any(row.get("role")), text_if_any(row.get("thumb"))

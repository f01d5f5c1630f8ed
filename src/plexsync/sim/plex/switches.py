"""Behaviours of the simulated server that are a choice, changeable while it runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from plexsync.sim.plex.refusal import Refused

_CHOICES = {
    "tag_semantics": ("append", "replace"),
    "drop_all": ("first", "last"),
    "event_stream": ("container", "bare"),
}


@dataclass(slots=True)
class Switches:
    """Every choice with its default; times are milliseconds, 0 means "no limit" for counts and sizes."""

    read_ms: float = 2.0
    write_ms: float = 15.0
    # Sources conflict on what `genre[0].tag.tag=` does to the genres not named (plex.md 2.3).
    tag_semantics: Literal["append", "replace"] = "append"
    # Whether `genre[].tag=` acts before or after the additions of the same request is unverified (plex.md 2.3).
    drop_all: Literal["first", "last"] = "first"
    # How long an uploaded picture is missing from the list of pictures (plex.md 3).
    poster_delay_ms: float = 0.0
    upload_locks: bool = False
    scan_ms: float = 50.0
    # A reply may hold fewer rows than asked for (plex.md 1.1).
    max_page: int = 0
    max_url_bytes: int = 16_384
    max_edit_ids: int = 1_000
    auto_empty_trash: bool = True
    keep_empty_collections: bool = False
    # Whether an edit that names unknown ids beside known ones edits the known ones; 404 if not.
    partial_edit: bool = True
    # Server-sent events as the specification has them, or as clients report them: a single bare entry.
    event_stream: Literal["container", "bare"] = "container"

    def set(self, values: Mapping[str, object]) -> None:
        """Change the named switches, all or none; raises Refused(400) for an unknown name or a wrong value."""
        types = {field.name: type(getattr(self, field.name)) for field in dataclasses.fields(self)}
        checked: dict[str, object] = {}
        for name, value in values.items():
            if name not in types:
                raise Refused(400, f"no switch {name!r}; there are {sorted(types)}")
            if name in _CHOICES and value not in _CHOICES[name]:
                raise Refused(400, f"{name} is one of {_CHOICES[name]}, not {value!r}")
            checked[name] = _converted(types[name], value)
        for name, value in checked.items():
            setattr(self, name, value)


def _converted(kind: type, value: object) -> object:
    """The value as that type; on a command line it comes as text."""
    text = str(value).lower()
    if kind is bool:
        if text not in ("0", "1", "false", "true"):
            raise Refused(400, f"{value!r} is neither true nor false")
        return text in ("1", "true")
    try:
        return kind(value)
    except (TypeError, ValueError):
        raise Refused(400, f"{value!r} is no {kind.__name__}") from None

"""One request as it was sent and one answer as it came, unjudged: for whoever looks at how a server answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from plexsync.net.decode import DECODE_ERRORS, read_json

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: ``query`` is percent-encoded, ``headers`` stand beside or in place of the client's own."""

    method: str
    path: str
    query: str = ""
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Exchange:
    """A request and its answer; ``seconds`` from the first byte sent to the last one read."""

    ask: Ask
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    seconds: float

    @property
    def is_well(self) -> bool:
        """Whether the status tells of success."""
        return self.status in range(200, 300)

    @cached_property
    def container(self) -> Row:
        """The ``MediaContainer``, empty where the answer has none."""
        try:
            found = read_json(self.body)["MediaContainer"]
        except DECODE_ERRORS:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def rows(self) -> tuple[Row, ...]:
        """The items of the answer, as far as they are objects."""
        found = self.container.get("Metadata", ())
        return tuple(row for row in found if isinstance(row, dict)) if isinstance(found, list) else ()

    def header(self, name: str) -> str | None:
        """Return a header, whatever its letters' case."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)

"""How a client wants its items: which elements and fields to leave out or to add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """The trimming parameters of a request; equal shapes give equal rows."""

    guids: bool = False
    check_files: bool = False
    excluded: frozenset[str] = frozenset()

    def trim(self, shown: dict[str, object]) -> dict[str, object]:
        """The item without what the client does not want."""
        if not self.excluded:
            return shown
        return {name: value for name, value in shown.items() if name not in self.excluded}


def shape_of(query: Mapping[str, str], left_out: frozenset[str] = frozenset()) -> Shape:
    """Read `includeGuids`, `checkFiles`, `excludeElements` and `excludeFields` (comma lists).

    The server itself leaves `left_out` out, whatever the client wants.
    """
    excluded = f"{query.get('excludeElements', '')},{query.get('excludeFields', '')}".split(",")
    return Shape(
        guids=query.get("includeGuids") == "1",
        check_files=query.get("checkFiles") == "1",
        # The keys an item is known by are sent whatever is excluded: answers are "requests, not guarantees".
        excluded=frozenset(excluded) - {"", "ratingKey", "key", "type", "title"} | left_out,
    )

"""What the server was asked and what it edited, for tests to count and to time."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

_KEPT = 100_000
_KINDS: tuple[tuple[str, str], ...] = (
    (r"/identity", "identity"),
    (r"/library/sections/\w+/all", "section_all"),
    (r"/library/sections/\w+/refresh", "scan"),
    (r"/library/sections/\w+/collections", "collections"),
    (r"/library/sections/\w+/emptyTrash", "empty_trash"),
    (r"/library/sections", "sections"),
    (r"/library/metadata/[\d,]+", "metadata"),
    (r"/library/metadata/\d+/(posters|arts)", "pictures"),
    (r"/library/metadata/\d+/(poster|thumb|art)(/.*)?", "picture"),
    (r"/library/metadata/\d+/file", "picture"),
    (r"/library/metadata/[\d,]+/refresh", "refresh"),
    (r"/library/(metadata|collections)/\d+/children", "children"),
    (r"/:/(websockets?|eventsource)/notifications", "events"),
    (r"/activities", "activities"),
    (r"/", "root"),
)
_MATCHERS = [(re.compile(pattern), kind) for pattern, kind in _KINDS]


@dataclass(slots=True)
class Asked:
    """One request; `time` is epoch seconds at its arrival, `status` 0 while no answer was given."""

    time: float
    method: str
    path: str
    query: str
    kind: str
    status: int = 0


@dataclass(frozen=True, slots=True)
class Edited:
    """One edit at the moment it took effect (epoch seconds); `everything` means it named no ids."""

    time: float
    keys: tuple[int, ...]
    everything: bool
    query: str


class Journal:
    """Requests since the last reset, and edits since the start."""

    def __init__(self) -> None:
        self.reset()
        self._edits: deque[Edited] = deque(maxlen=_KEPT)

    def reset(self) -> None:
        """Forget the requests and set all counters to zero; edits stay."""
        self._asked: deque[Asked] = deque(maxlen=_KEPT)
        self._methods: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self.local_agent_refreshes = 0

    def ask(self, time: float, method: str, path: str, query: str) -> Asked:
        """Note a request that has just come."""
        asked = Asked(time, method, path, query, kind_of(path))
        self._asked.append(asked)
        self._methods[method] += 1
        self._kinds[f"{method} {asked.kind}"] += 1
        return asked

    def edited(self, edited: Edited) -> None:
        """Note an edit."""
        self._edits.append(edited)

    def requests(
        self, kind: str | None = None, method: str | None = None, *, counts_only: bool = False
    ) -> dict[str, Any]:
        """Counters and, unless `counts_only`, the list of requests, filtered."""
        report: dict[str, Any] = {
            "total": sum(self._methods.values()),
            "methods": dict(self._methods),
            "kinds": dict(self._kinds),
            "local_agent_refreshes": self.local_agent_refreshes,
        }
        if not counts_only:
            report["requests"] = [
                {"time": one.time, "method": one.method, "path": one.path, "query": one.query}
                | {"kind": one.kind, "status": one.status}
                for one in self._asked
                if kind in (None, one.kind) and method in (None, one.method)
            ]
        return report

    def edits(self, after: float) -> list[dict[str, Any]]:
        """The edits later than `after` (epoch seconds), oldest first, their parameters decoded once."""
        return [
            {
                "time": one.time,
                "ids": [str(key) for key in one.keys],
                "everything": one.everything,
                "params": parse_qsl(one.query, keep_blank_values=True),
            }
            for one in self._edits
            if one.time > after
        ]


def without_token(query: str) -> str:
    """A raw query without the token that may stand in it."""
    return "&".join(part for part in query.split("&") if not part.startswith("X-Plex-Token="))


def kind_of(path: str) -> str:
    """A short name for what a path is about."""
    stripped = path.rstrip("/") or "/"
    return next((kind for pattern, kind in _MATCHERS if pattern.fullmatch(stripped)), "other")

"""What the server was asked and what it edited, for tests to count and to time."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_KEPT = 100_000
_KINDS: tuple[tuple[str, str], ...] = (
    (r"/identity", "identity"),
    (r"/library/sections/\w+/all", "section_all"),
    (r"/library/sections/\w+/refresh", "scan"),
    (r"/library/sections/\w+/collections", "collections"),
    (r"/library/sections/\w+/emptyTrash", "empty_trash"),
    (r"/library/sections", "sections"),
    (r"/library/metadata/[\d,]+", "metadata"),
    (r"/library/metadata/\d+/(posters|arts|clearLogos|squareArts)", "pictures"),
    (r"/library/metadata/\d+/(poster|thumb|art|clearLogo|squareArt)(/.*)?", "picture"),
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


class Journal:
    """Requests since the last reset, and edits since the start."""

    def __init__(self) -> None:
        self.reset()
        self._edits: deque[dict[str, Any]] = deque(maxlen=_KEPT)

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

    def edited(self, time: float, keys: list[int], params: Iterable[tuple[str, str]], *, everything: bool) -> None:
        """Note an edit at the moment it takes effect; `everything` means it named no ids."""
        entry = {"time": time, "ids": [str(key) for key in keys], "everything": everything, "params": list(params)}
        self._edits.append(entry)

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

    def edits(self) -> list[dict[str, Any]]:
        """All edits, oldest first."""
        return list(self._edits)


def kind_of(path: str) -> str:
    """A short name for what a path is about."""
    stripped = path.rstrip("/") or "/"
    return next((kind for pattern, kind in _MATCHERS if pattern.fullmatch(stripped)), "other")

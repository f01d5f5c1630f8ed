"""Requests to the server and its edits, for tests to count and to time."""

from __future__ import annotations

import dataclasses
import re
from collections import deque
from dataclasses import dataclass
from urllib.parse import parse_qsl

from plexsync_simulators.shared.request_log import Asked, RequestLog

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


@dataclass(frozen=True, slots=True)
class Edited:
    """One edit at the moment it took effect (epoch seconds); `everything` means it named no ids."""

    time: float
    keys: tuple[int, ...]
    everything: bool
    query: str


class Journal(RequestLog):
    """Requests since the last reset, and edits since the start."""

    def __init__(self) -> None:
        super().__init__("methods", "kinds")
        self._edits: deque[Edited] = deque(maxlen=_KEPT)

    def reset(self) -> None:
        """Forget the requests and set all counters to zero; edits stay."""
        super().reset()
        self.local_agent_refreshes = 0

    def requested(self, time: float, method: str, path: str, query: str) -> Asked:
        """Note a request that has just come."""
        kind = kind_of(path)
        return self.ask(Asked(time, method, path, kind, query), method, f"{method} {kind}")

    def edited(self, edited: Edited) -> None:
        """Note an edit."""
        self._edits.append(edited)

    def requests(
        self, kind: str | None = None, method: str | None = None, *, counts_only: bool = False
    ) -> dict[str, object]:
        """Counters and, unless `counts_only`, the list of requests, filtered."""
        report = {**self.counts(), "local_agent_refreshes": self.local_agent_refreshes}
        if counts_only:
            return report
        found = [one for one in self if kind in (None, one.kind) and method in (None, one.method)]
        return {**report, "requests": [_told(one) for one in found]}

    def edits(self, after: float) -> list[dict[str, object]]:
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


def _told(asked: Asked) -> dict[str, object]:
    row = dataclasses.asdict(asked)
    return {**row, "query": row.pop("detail")}


def without_token(query: str) -> str:
    """A raw query without the token that may stand in it."""
    return "&".join(part for part in query.split("&") if not part.startswith("X-Plex-Token="))


def kind_of(path: str) -> str:
    """A short name for what a path is about."""
    stripped = path.rstrip("/") or "/"
    return next((kind for pattern, kind in _MATCHERS if pattern.fullmatch(stripped)), "other")

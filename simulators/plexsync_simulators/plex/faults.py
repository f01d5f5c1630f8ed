"""Faults a test plants: requests that fail, and how."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plexsync_simulators.plex.refusal import Refused

_KINDS = ("status", "reset", "truncate", "hang", "slow", "hold", "kill")
# A client that waits is meant to lose patience first.
_DELAYS = {"hang": 600_000.0}
_KEYS = frozenset({"match", "times", "skip", "kind", "when", "status", "delay_ms", "pid"})


@dataclass(slots=True)
class Fault:
    """One planted fault.

    kind: "status" answers `status`; "reset" cuts the connection; "truncate" sends half of the true answer;
    "hang" keeps silent for `delay_ms` and then cuts; "slow" answers truly, `delay_ms` later; "hold" answers truly, or
    cuts, when it is released; "kill" ends the process `pid` by SIGKILL and cuts.
    when: "before" keeps the request's effect from happening, "after" lets it happen first.
    It lets `skip` matching requests pass, then strikes `times` times (-1: for ever).
    """

    method: re.Pattern[str]
    path: re.Pattern[str]
    query: re.Pattern[str]
    kind: str
    when: str
    status: int
    delay_ms: float
    times: int
    skip: int
    pid: int

    def matches(self, method: str, path: str, query: str) -> bool:
        """Whether this request is one it strikes."""
        return bool(self.method.fullmatch(method) and self.path.search(path) and self.query.search(query))


class Faults:
    """All planted faults, asked in the order they were planted."""

    def __init__(self) -> None:
        self._planted: list[Fault] = []
        self._held: list[asyncio.Future[bool]] = []

    def plant(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Replace the planted faults; an empty list removes all. Raises Refused(400) for a bad one."""
        self._planted = [_fault(entry) for entry in entries]

    def left(self) -> int:
        """How many planted faults have strikes left."""
        return len(self._planted)

    def strike(self, method: str, path: str, query: str) -> Fault | None:
        """The fault that strikes this request, counted off."""
        for fault in self._planted:
            if not fault.matches(method, path, query):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times == 0:
                self._planted.remove(fault)
            return fault
        return None

    async def hold(self) -> bool:
        """Keep a request waiting until `release`; whether it is to be cut then."""
        self._held.append(asyncio.get_running_loop().create_future())
        return await self._held[-1]

    @property
    def held(self) -> int:
        """How many requests are kept waiting."""
        return sum(not waiting.done() for waiting in self._held)

    def release(self, *, cut: bool) -> None:
        """Let all requests that are kept waiting go on, or cut them."""
        for waiting in self._held:
            if not waiting.done():
                waiting.set_result(cut)
        self._held.clear()


def _fault(entry: Mapping[str, Any]) -> Fault:
    unknown = set(entry) - _KEYS
    match = entry.get("match", {})
    unknown |= set(match) - {"method", "path_regex", "query_regex"}
    kind, when = entry.get("kind"), entry.get("when", "before")
    if unknown or kind not in _KINDS or when not in ("before", "after"):
        raise Refused(400, f"bad fault {entry!r}: unknown {sorted(unknown)}, kinds are {_KINDS}, when before or after")
    return Fault(
        method=re.compile(match.get("method", ".*")),
        path=re.compile(match.get("path_regex", "")),
        query=re.compile(match.get("query_regex", "")),
        kind=kind,
        when=when,
        status=int(entry.get("status", 500)),
        delay_ms=float(entry.get("delay_ms", _DELAYS.get(kind, 1_000.0))),
        times=int(entry.get("times", 1)),
        skip=int(entry.get("skip", 0)),
        pid=int(entry["pid"]) if kind == "kill" else 0,
    )

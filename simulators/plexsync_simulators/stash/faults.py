"""Faults a test plants: answers that fail, hang, break off or come late."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_KINDS = ("status", "reset", "truncate", "hang", "slow", "hold", "kill")
_KEYS = frozenset({"match", "times", "skip", "kind", "when", "status", "delay_ms", "pid"})
_MATCH = frozenset({"method", "path_regex", "operation_regex"})


@dataclass(slots=True)
class Fault:
    """One planted fault, in the same words as the simulated Plex's.

    kind: "status" answers `status`; "reset" cuts the connection; "truncate" sends half of the true answer; "hang"
    keeps silent for `delay_ms` (ten minutes unless given) and then cuts; "slow" answers truly, `delay_ms` later; "hold"
    answers truly, or cuts, when it is released; "kill" ends the process `pid` by SIGKILL and cuts.
    when: "before" keeps the request's effect from happening, "after" lets it happen first.
    It lets `skip` fitting requests pass, then strikes `times` times (-1: for ever). `operation` is tried on the name
    of the GraphQL operation, which is empty for other requests.
    """

    kind: str
    method: re.Pattern[str]
    path: re.Pattern[str]
    operation: re.Pattern[str]
    when: str
    status: int
    delay_ms: float
    times: int
    skip: int
    pid: int

    def fits(self, method: str, path: str, operation: str) -> bool:
        """Whether this request is one it strikes."""
        return bool(self.method.fullmatch(method) and self.path.search(path) and self.operation.search(operation))


class Faults:
    """All planted faults, asked in the order in which they were planted."""

    def __init__(self) -> None:
        self._planted: list[Fault] = []
        self._held: list[asyncio.Future[bool]] = []

    def plant(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Replace the planted faults; an empty list removes all. Raises ValueError for a bad one."""
        self._planted = [_fault(entry) for entry in entries]

    def left(self) -> int:
        """How many planted faults have strikes left."""
        return len(self._planted)

    def strike(self, method: str, path: str, operation: str) -> Fault | None:
        """The fault that strikes this request, counted off."""
        for fault in self._planted:
            if not fault.fits(method, path, operation):
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
    match = entry.get("match", {})
    unknown = (set(entry) - _KEYS) | (set(match) - _MATCH)
    kind, when = entry.get("kind", ""), entry.get("when", "before")
    if unknown or kind not in _KINDS or when not in ("before", "after"):
        raise ValueError(f"bad fault {entry!r}: unknown {sorted(unknown)}, kinds are {_KINDS}, when before or after")
    return Fault(
        kind,
        re.compile(match.get("method", ".*")),
        re.compile(match.get("path_regex", "")),
        re.compile(match.get("operation_regex", "")),
        when,
        int(entry.get("status", 500)),
        float(entry.get("delay_ms", 600_000 if kind == "hang" else 0)),
        int(entry.get("times", 1)),
        int(entry.get("skip", 0)),
        int(entry["pid"]) if kind == "kill" else 0,
    )

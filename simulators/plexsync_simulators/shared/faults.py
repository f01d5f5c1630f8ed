"""Faults a test plants: requests that fail, and how."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_KINDS = ("status", "reset", "truncate", "hang", "slow", "hold", "kill")
_TRUE_KINDS = ("slow", "truncate", "hold")
# A client that waits is meant to lose patience first.
_DELAYS = {"hang": 600_000.0}
_MOMENTS = ("before", "after", "later")
_KEYS = frozenset({"match", "times", "skip", "kind", "when", "status", "retry_after", "delay_ms", "later_ms", "pid"})


@dataclass(slots=True)
class Fault:
    """One planted fault.

    The kinds:

    - "status" answers `status`, with Retry-After if `retry_after` is not 0.
    - "reset" cuts the connection.
    - "truncate" sends half of the true answer.
    - "hang" keeps silent for `delay_ms` and then cuts.
    - "slow" answers truly, `delay_ms` later.
    - "hold" answers truly, or cuts, when it is released.
    - "kill" ends the process `pid` by SIGKILL and cuts.

    With `when` "before" the request has no effect, with "after" it has its effect first. With "later" it has its effect
    `later_ms` after the fault, or where that is 0, when it is released. A fault lets `skip` matching requests pass and
    strikes `times` times (-1: for ever).
    """

    method: re.Pattern[str]
    path: re.Pattern[str]
    detail: re.Pattern[str]
    kind: str
    when: str
    status: int
    retry_after: int
    delay_ms: float
    later_ms: float
    times: int
    skip: int
    pid: int

    def matches(self, method: str, path: str, detail: str) -> bool:
        """Whether this request is one it strikes."""
        return bool(self.method.fullmatch(method) and self.path.search(path) and self.detail.search(detail))


class Faults:
    """All planted faults, asked in the order they were planted.

    `detail` names what of a request they look at besides method and path: its query, its operation.
    """

    def __init__(self, detail: str) -> None:
        self._detail = f"{detail}_regex"
        self._planted: list[Fault] = []
        self._held: list[asyncio.Future[bool]] = []
        self._coming: set[asyncio.Task[None]] = set()

    def plant(self, entries: Iterable[Mapping[str, object]]) -> None:
        """Replace the planted faults; an empty list removes all. Raises ValueError for a bad one."""
        self._planted = [_fault(entry, self._detail) for entry in entries]

    def left(self) -> int:
        """How many planted faults have strikes left."""
        return len(self._planted)

    def strike(self, method: str, path: str, detail: str) -> Fault | None:
        """The fault that strikes this request, counted off."""
        for fault in self._planted:
            if not fault.matches(method, path, detail):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times == 0:
                self._planted.remove(fault)
            return fault
        return None

    def have_later(self, fault: Fault, effect: Callable[[], Awaitable[object]]) -> None:
        """Let a request have its effect when nobody waits for it any more."""

        async def come() -> None:
            await asyncio.sleep(fault.later_ms / 1000)
            if fault.later_ms or not await self.hold():
                await effect()

        task = asyncio.get_running_loop().create_task(come())
        self._coming.add(task)
        task.add_done_callback(self._coming.discard)

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


def _fault(entry: Mapping[str, Any], detail: str) -> Fault:
    unknown = set(entry) - _KEYS
    match = entry.get("match", {})
    unknown |= set(match) - {"method", "path_regex", detail}
    kind, when = entry.get("kind"), entry.get("when", "before")
    if unknown or kind not in _KINDS or when not in _MOMENTS or (when == "later" and kind in _TRUE_KINDS):
        raise ValueError(f"bad fault {entry!r}: unknown {sorted(unknown)}, kinds are {_KINDS}, when {_MOMENTS}")
    return Fault(
        method=re.compile(match.get("method", ".*")),
        path=re.compile(match.get("path_regex", "")),
        detail=re.compile(match.get(detail, "")),
        kind=kind,
        when=when,
        status=int(entry.get("status", 500)),
        retry_after=int(entry.get("retry_after", 0)),
        later_ms=float(entry.get("later_ms", 1_000.0)),
        delay_ms=float(entry.get("delay_ms", _DELAYS.get(kind, 1_000.0))),
        times=int(entry.get("times", 1)),
        skip=int(entry.get("skip", 0)),
        pid=int(entry["pid"]) if kind == "kill" else 0,
    )

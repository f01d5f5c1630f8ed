"""The requests a server got, for tests to count and to time."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass

_KEPT = 100_000


@dataclass(slots=True)
class Asked:
    """One request; `time` is epoch seconds at its arrival, `status` 0 while no answer was given.

    `kind` is a short name for what it is about, `detail` more of it: the query of a Plex request, the operation of a
    GraphQL one.
    """

    time: float
    method: str
    path: str
    kind: str
    detail: str
    status: int = 0
    seconds: float = 0.0


class RequestLog:
    """The newest requests one by one, and counts since the last reset.

    The counts are in groups; for each group a request brings one label.
    """

    def __init__(self, *groups: str) -> None:
        self._groups = groups
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._asked: deque[Asked] = deque(maxlen=_KEPT)
        self._counters: dict[str, Counter[str]] = {group: Counter() for group in self._groups}
        self._total = 0

    def ask(self, asked: Asked, *labels: str) -> Asked:
        """Note a request that has just come, with its label in each group; an empty label is not counted."""
        self._asked.append(asked)
        self._total += 1
        for group, label in zip(self._groups, labels, strict=True):
            if label:
                self._counters[group][label] += 1
        return asked

    def counts(self) -> dict[str, object]:
        """Return `{"total": n, GROUP: {label: n}}`."""
        return {"total": self._total, **{group: dict(counter) for group, counter in self._counters.items()}}

    def __iter__(self) -> Iterator[Asked]:
        """The newest requests, oldest first."""
        return iter(self._asked)

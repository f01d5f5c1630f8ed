"""What was asked of the server, kept for tests to count."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

Json = dict[str, Any]
_KEPT = 50_000


@dataclass(slots=True)
class Asked:
    """One request: when (Unix seconds), what, and the answer's status once there is one.

    `kind` is query, mutation or subscription for GraphQL, else image, plugin, login or page; `operation` the GraphQL
    operation's name, or its first field where it has none.
    """

    time: float
    method: str
    path: str
    kind: str
    operation: str
    status: int = 0
    seconds: float = 0.0


class Journal:
    """Counts since the last reset, and the newest requests one by one."""

    def __init__(self) -> None:
        self._asked: deque[Asked] = deque(maxlen=_KEPT)
        self._by_operation: Counter[str] = Counter()
        self._by_kind: Counter[str] = Counter()

    def ask(self, asked: Asked) -> Asked:
        """Note a request."""
        self._asked.append(asked)
        self._by_kind[asked.kind] += 1
        if asked.operation:
            self._by_operation[asked.operation] += 1
        return asked

    def counters(self) -> Json:
        """Return `{"total", "kinds": {kind: n}, "operations": {name: n}}`."""
        return {
            "total": sum(self._by_kind.values()),
            "kinds": dict(self._by_kind),
            "operations": dict(self._by_operation),
        }

    def requests(self) -> list[Json]:
        """Return the newest requests, oldest first."""
        return [asdict(asked) for asked in self._asked]

    def reset(self) -> None:
        """Forget everything."""
        self._asked.clear()
        self._by_kind.clear()
        self._by_operation.clear()

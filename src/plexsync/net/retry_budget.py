"""When a request that failed is sent again, twice at most: after an accident among successes.

Further tries have to be earned by answers, so that they can never become many: a storm of them would bring down a
server that is in trouble already. In an outage the few that were saved up are spent; then each probe is one request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from plexsync.domain.errors import BadAnswer, Dropped

TRIES = 3
EARNED = 0.15
MOST = 4.0
T = TypeVar("T")


class RetryBudget:
    """Further tries of one client. Threads that meet in it may miscount by one, which does no harm."""

    def __init__(self) -> None:
        self._earned = 0.0

    def send(self, once: Callable[[], T], is_accident: Callable[[T], bool]) -> T:
        """Send by ``once``, and again after no answer, a broken one, or one that tells of an accident.

        Only for what may be done twice. A server that is away, starting or silent is not asked again.
        """
        for _ in range(TRIES - 1):
            try:
                answer = once()
            except (Dropped, BadAnswer):
                if not self.grant():
                    raise
                continue
            if not is_accident(answer) or not self.grant():
                return self._told(answer, is_well=not is_accident(answer))
        answer = once()
        return self._told(answer, is_well=not is_accident(answer))

    def _told(self, answer: T, *, is_well: bool) -> T:
        if is_well:
            self.earn()
        return answer

    def earn(self) -> None:
        """Note that a request was answered well."""
        self._earned = min(MOST, self._earned + EARNED)

    def grant(self) -> bool:
        """Tell whether one more try may be made, and count it."""
        granted = self._earned >= 1.0
        self._earned -= 1.0 if granted else 0.0
        return granted

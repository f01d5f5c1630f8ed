"""How much a server may be asked to do: less while it takes longer than when it is calm.

The time of a write is held against the least that one took lately. Up to thrice that is calm and changes nothing.
Beyond it, each write of bulk work is followed by a rest as long as the excess. So a very busy server has about half of
its time for others. Fewer scenes are taken at once, too. A server that says it is too busy counts as twice as strained
as before.
"""

from __future__ import annotations

from dataclasses import dataclass

TOLERATED = 3.0
SMOOTHING = 0.25
MOST_STRAIN = 20.0
LEAST_CALM = 0.025
DOUBLES_IN = 600.0
LONGEST_STEP = 10.0
LONGEST_REST = 2.0
FEWEST = 20


@dataclass(frozen=True, slots=True)
class _Calm:
    seconds: float
    at: float


class Throttle:
    """The strain of one server, 1 when it is calm; times are seconds by any clock that runs evenly."""

    def __init__(self) -> None:
        self._calm: dict[int, _Calm] = {}
        self._last_calm = LEAST_CALM
        self._rest = 0.0
        self.strain = 1.0

    def took(self, seconds: float, items: int, now: float) -> None:
        """Note what a write of some items took; one of many may take longer and is held against its like."""
        self._note(items.bit_length(), seconds, now)

    def took_picture(self, seconds: float, size: int, now: float) -> None:
        """Note what a picture of so many bytes took; it is held against others of its size, never against texts."""
        self._note(-size.bit_length(), seconds, now)

    def _note(self, like: int, seconds: float, now: float) -> None:
        self._last_calm = self._learn(like, seconds, now)
        ratio = min(seconds / self._last_calm, MOST_STRAIN)
        self._strain_by(self.strain + SMOOTHING * (ratio - self.strain))

    def refused(self) -> None:
        """Note that the server said it is too busy."""
        self._strain_by(max(2 * self.strain, 2 * TOLERATED))

    def _strain_by(self, strain: float) -> None:
        self.strain = min(strain, MOST_STRAIN)
        self._rest = min(LONGEST_REST, max(0.0, self.strain - TOLERATED) * self._last_calm)

    def _learn(self, like: int, seconds: float, now: float) -> float:
        """Return what such a write takes in calm; what is slow for long becomes the calm of a slower server."""
        known = self._calm.get(like)
        calm = max(LEAST_CALM, seconds)
        if known is not None:
            passed = min(LONGEST_STEP, max(0.0, now - known.at))
            calm = min(calm, known.seconds * 2 ** (passed / DOUBLES_IN))
        self._calm[like] = _Calm(calm, now)
        return calm

    def take_rest(self) -> float:
        """Return for how many seconds to leave the server alone before the next write of bulk work, once."""
        rest, self._rest = self._rest, 0.0
        return rest

    def batch(self, most: int) -> int:
        """Return how many scenes of bulk work to take at once, where ``most`` would do in calm."""
        if self.strain <= TOLERATED:
            return most
        return max(min(most, FEWEST), int(most * TOLERATED / self.strain))

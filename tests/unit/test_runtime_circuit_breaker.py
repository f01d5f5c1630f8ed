"""The breaker: who opens it, when it lets a probe through, what it remembers."""

from __future__ import annotations

from plexsync.domain.errors import Starting, TokenRefused, Unreachable
from plexsync.runtime.circuit_breaker import PROBE_SECONDS, CircuitBreaker


def down(detail: str = "refused") -> Unreachable:
    return Unreachable(server="plex", url="http://p:1", detail=detail)


def test_closed_it_lets_everything_through() -> None:
    breaker = CircuitBreaker()
    assert breaker.allows(0.0)
    assert breaker.close() is None


def test_open_it_lets_one_probe_through_every_few_seconds() -> None:
    breaker, now, waits = CircuitBreaker(), 1000.0, []
    for _ in range(len(PROBE_SECONDS) + 2):
        breaker.open(down(), now)
        assert breaker.trip is not None
        waits.append(breaker.trip.next_probe_at - now)
        assert not breaker.allows(breaker.trip.next_probe_at - 0.001)
        now = breaker.trip.next_probe_at
        assert breaker.allows(now)
    assert waits == [*PROBE_SECONDS, PROBE_SECONDS[-1], PROBE_SECONDS[-1]]
    assert max(waits) <= 5.0, "it resumes within seconds"


def test_it_says_when_there_is_news_and_since_when_it_lasts() -> None:
    breaker = CircuitBreaker()
    assert breaker.open(down(), 10.0)
    assert not breaker.open(down("timed out"), 11.0)
    assert breaker.trip is not None
    assert (breaker.trip.code, breaker.trip.since, breaker.trip.data["detail"]) == ("unreachable", 10.0, "timed out")
    assert breaker.open(Starting(server="plex", url="", detail=""), 12.0), "another cause is news"
    assert (breaker.trip.code, breaker.trip.since) == ("starting", 12.0)
    trip = breaker.close()
    assert trip is not None
    assert trip.code == "starting"
    assert breaker.allows(12.0)
    assert breaker.open(TokenRefused(server="plex", url="", detail=""), 20.0)
    assert breaker.trip is not None
    assert breaker.trip.next_probe_at == 20.0 + PROBE_SECONDS[0], "a new trouble is probed soon again"

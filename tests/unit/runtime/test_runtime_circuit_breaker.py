"""The breaker: who opens it, when it lets a probe through, what it remembers."""

from __future__ import annotations

from plexsync.domain.errors import NotReady, PlexSyncError, Starting, TokenRefused, Unreachable
from plexsync.runtime.circuit_breaker import PERSON_SECONDS, PROBE_SECONDS, RARE_AFTER, CircuitBreaker


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


def pauses_of(error: PlexSyncError, seconds: float) -> list[float]:
    """The pauses between the probes of an outage that lasts so long."""
    breaker, now, found = CircuitBreaker(), 1000.0, []
    while now < 1000.0 + seconds:
        breaker.open(error, now)
        assert breaker.trip is not None
        found.append(breaker.trip.pause)
        assert not breaker.allows(now + breaker.trip.pause - 0.001)
        now += breaker.trip.pause
        assert breaker.allows(now)
    return found


def test_a_stash_that_is_gone_for_good_is_asked_ever_less_often() -> None:
    pauses = pauses_of(Unreachable(server="stash", url="", detail="refused"), 24 * 3600.0)
    assert pauses == sorted(pauses)
    assert pauses[-1] == RARE_AFTER[-1][1]
    assert len(pauses) < 1000


def test_a_plex_that_is_away_is_asked_every_few_seconds_for_ever() -> None:
    assert set(pauses_of(down(), 7200.0)) == set(PROBE_SECONDS)


def test_a_server_that_waits_for_a_person_is_asked_once_a_minute() -> None:
    assert set(pauses_of(NotReady(server="stash", url="", detail="its set-up"), 600.0)) == {PERSON_SECONDS}


def test_how_long_a_server_is_away_does_not_depend_on_the_cause() -> None:
    breaker = CircuitBreaker()
    breaker.open(down(), 10.0)
    breaker.open(Starting(server="stash", url="", detail=""), 20.0)
    assert breaker.trip is not None
    assert (breaker.trip.since, breaker.trip.away_since) == (20.0, 10.0)

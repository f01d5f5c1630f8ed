"""Further tries: for an accident among successes only, and never more than a share of all requests."""

from __future__ import annotations

import random

import pytest

from plexsync.domain.errors import BadAnswer, Dropped, NoReply, ServerError, Unreachable
from plexsync.net.retry_budget import EARNED, MOST, RetryBudget

OK, ACCIDENT = 200, 500


class Server:
    """Answers by a list of statuses and errors, then well; counts what it was asked."""

    def __init__(self, *answers: int | ServerError) -> None:
        self.answers = list(answers)
        self.asked = 0

    def once(self) -> int:
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else OK
        if isinstance(answer, ServerError):
            raise answer
        return answer


def send(tries: RetryBudget, server: Server) -> int:
    return tries.send(server.once, lambda status: status == ACCIDENT)


def earned(number: float) -> RetryBudget:
    tries = RetryBudget()
    for _ in range(round(number / EARNED) + 1):
        send(tries, Server())
    return tries


@pytest.mark.parametrize("failure", [ACCIDENT, Dropped(server="plex"), BadAnswer(server="plex")])
def test_an_accident_among_successes_is_tried_again(failure: int | ServerError) -> None:
    server = Server(failure)
    assert send(earned(1), server) == OK
    assert server.asked == 2


@pytest.mark.parametrize("failure", [NoReply(server="plex"), Unreachable(server="plex")])
def test_a_server_that_is_away_or_silent_is_not_asked_again(failure: ServerError) -> None:
    server, tries = Server(failure), earned(1)
    with pytest.raises(type(failure)):
        send(tries, server)
    assert server.asked == 1


def test_nothing_is_tried_again_before_anything_went_well() -> None:
    server = Server(Dropped(server="plex"))
    with pytest.raises(Dropped):
        send(RetryBudget(), server)
    assert server.asked == 1


def test_in_an_outage_a_few_requests_more_are_sent_and_not_one_with_each_probe() -> None:
    server, tries = Server(*[Dropped(server="plex")] * 100), earned(MOST)
    for _ in range(50):
        with pytest.raises(Dropped):
            send(tries, server)
    assert server.asked == 50 + MOST


@pytest.mark.parametrize("share", [0.05, 0.1, 0.3, 0.6, 0.9, 1.0])
def test_however_often_a_server_fails_retries_stay_a_share_of_all(share: float) -> None:
    dice, tries, asked = random.Random(7), RetryBudget(), 0

    def once() -> int:
        nonlocal asked
        asked += 1
        return ACCIDENT if dice.random() < share else OK

    for _ in range(2000):
        tries.send(once, lambda status: status == ACCIDENT)
    assert asked <= 2000 * (1 + EARNED) + MOST


def test_of_a_few_accidents_hardly_any_is_left() -> None:
    dice, tries = random.Random(7), RetryBudget()
    answers = [
        tries.send(lambda: ACCIDENT if dice.random() < 0.08 else OK, lambda status: status == ACCIDENT)
        for _ in range(2000)
    ]
    assert answers.count(ACCIDENT) <= 2000 * 0.08 / 4

"""Pacing as a curve: nothing in calm, half of a busy server's time at most, calm again within a few writes."""

from __future__ import annotations

import random

import pytest

from plexsync.net.throttle import DOUBLES_IN, FEWEST, LONGEST_REST, Throttle

CALM = 0.030


class Server:
    """A server whose writes take a set time; its clock goes on by what is written and rested."""

    def __init__(self) -> None:
        self.pace = Throttle()
        self.now = 1000.0
        self.worked = 0.0
        self.rested = 0.0

    def write(self, seconds: float, times: int = 1, items: int = 1) -> float:
        """Write, rest as is asked for, and return the last rest."""
        rest = 0.0
        for _ in range(times):
            self.now += seconds
            self.worked += seconds
            self.pace.took(seconds, items, self.now)
            rest = self.pace.take_rest()
            self.now += rest
            self.rested += rest
        return rest


def calm_server() -> Server:
    server = Server()
    server.write(CALM, 50)
    server.worked = server.rested = 0.0
    return server


def test_a_calm_server_is_never_spared_even_if_it_wavers() -> None:
    server, dice = calm_server(), random.Random(3)
    for _ in range(2000):
        server.write(CALM * dice.uniform(0.7, 2.8))
    assert server.rested == 0.0
    assert server.pace.batch(700) == 700


@pytest.mark.parametrize("slower", [4, 6, 10, 20, 60])
def test_a_busy_server_gets_time_for_others_the_more_the_busier(slower: float) -> None:
    server = calm_server()
    server.write(CALM * slower, 100)
    share = server.worked / (server.worked + server.rested)
    strain = min(slower, 20)
    assert share == pytest.approx(slower / (slower + strain - 3), abs=0.06)
    assert FEWEST <= server.pace.batch(700) <= 700 * 3.8 / strain


def test_the_rest_grows_with_the_excess() -> None:
    rests = []
    for slower in (1, 3, 4, 5, 6, 8, 12, 16):
        server = calm_server()
        rests.append(server.write(CALM * slower, 40))
    assert rests[:2] == [0.0, 0.0]
    assert rests == sorted(rests)
    assert rests[-1] <= LONGEST_REST


def test_calm_is_back_within_a_few_writes() -> None:
    server = calm_server()
    server.write(CALM * 10, 50)
    assert server.write(CALM, 10) == 0.0
    assert server.pace.batch(700) == 700


def test_one_slow_write_is_not_a_busy_server() -> None:
    server = calm_server()
    server.write(3.0)
    server.write(CALM, 20)
    assert server.rested <= 1.0


def test_a_refusal_because_of_too_much_work_slows_down_at_once_and_more_each_time() -> None:
    server = calm_server()
    rests = []
    for _ in range(3):
        server.pace.refused()
        rests.append(server.pace.take_rest())
    assert 0.0 < rests[0] < rests[1] < rests[2] <= LONGEST_REST
    assert server.pace.batch(700) < 200
    assert server.write(CALM, 12) == 0.0


def test_a_server_that_stays_slow_is_a_slow_one_and_not_busy_for_ever() -> None:
    server = calm_server()
    began = server.now
    server.write(CALM * 6, 10)
    while server.write(CALM * 6) > 0.0:
        assert server.now - began < 3 * DOUBLES_IN
    assert server.now - began > DOUBLES_IN / 4


def test_an_idle_night_teaches_nothing() -> None:
    server = calm_server()
    server.now += 12 * 3600
    assert server.write(CALM * 10, 20) > 0.0


def test_writes_of_many_items_are_held_against_their_like() -> None:
    server = calm_server()
    server.write(CALM * 12, 30, items=100)
    assert server.rested == 0.0
    assert server.write(CALM, 5) == 0.0


def test_a_picture_is_held_against_pictures_of_its_size_and_never_against_texts() -> None:
    server = calm_server()
    for _ in range(20):
        server.pace.took_picture(0.4, 300_000, server.now)
        assert server.pace.take_rest() == 0.0
    server.write(CALM, 20)
    for _ in range(20):
        server.pace.took_picture(4.0, 300_000, server.now)
    assert server.pace.take_rest() > 0.4

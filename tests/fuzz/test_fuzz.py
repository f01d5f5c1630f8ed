"""Bad input of every kind: what once did harm, a part of `scripts/fuzz`, and Hypothesis looking for more.

A million inputs: `scripts/fuzz`.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
import runner
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from target import CORPUS, Target

SHORT = {"hook": 40}
SOME = 400


@pytest.fixture(scope="module", params=list(runner.OPENERS))
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    with runner.OPENERS[request.param]() as opened:
        yield opened


def test_what_once_did_harm_does_none_now(target: Target) -> None:
    for path in target.corpus():
        with runner.deadline(runner.DEADLINE):
            target.run(path.read_bytes())


def test_some_of_the_million(target: Target) -> None:
    tally = runner.feed(target, SHORT.get(target.name, SOME), 2, lambda _: None)
    assert not tally.crashes


def test_an_odd_value_in_each_field_does_no_harm(target: Target) -> None:
    for data in target.each():
        with runner.deadline(runner.DEADLINE):
            target.run(data)


@settings(
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)
@given(rng=st.randoms(use_true_random=False))
def test_hypothesis_finds_nothing_else(target: Target, rng: Random) -> None:
    data = target.make(rng)
    note(f"{target.name}: {data!r}")
    with runner.deadline(runner.DEADLINE):
        target.run(data)


def test_each_kept_input_belongs_to_a_target() -> None:
    assert {path.name for path in CORPUS.iterdir()} <= runner.OPENERS.keys()

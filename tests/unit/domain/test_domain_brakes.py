"""Each reason of a brake has a case on both sides of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.model import Base, Desired, Field, Item, Policy, Value, empty_value
from plexsync.domain.reconcile.brakes import FEWEST, Figures, Limits, Side, takes_away, trip

LIMITS = Limits(items=50, share=0.3)
FINE = Figures(
    stash=Side("", "", known=200, listed=198), plex=Side("me", "me", known=1000, listed=990), linked=900, links_gone=3
)


def codes(found: Figures) -> list[str]:
    return [reason.code for reason in trip(found, LIMITS)]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (FINE, []),
        (replace(FINE, taking=270), []),
        (replace(FINE, taking=271), ["brake_mass_change"]),
        (replace(FINE, linked=60, taking=50), []),
        (replace(FINE, linked=60, taking=51), ["brake_mass_change"]),
        (replace(FINE, linked=0, links_gone=0, taking=0), []),
        (replace(FINE, plex=Side("me", "other", 1000, 990)), ["brake_other_server"]),
        (replace(FINE, plex=Side("", "new", 0, 990)), []),
        (replace(FINE, plex=Side("me", "me", 1000, 0, is_empty=True)), ["brake_empty"]),
        (replace(FINE, plex=Side("me", "me", 1000, 499)), ["brake_mostly_gone"]),
        (replace(FINE, stash=Side("", "", 200, 0, is_empty=True)), ["brake_empty"]),
        (replace(FINE, stash=Side("", "", 200, 99)), ["brake_mostly_gone"]),
        (replace(FINE, stash=Side("", "", 200, 0)), ["brake_mostly_gone"]),
        (replace(FINE, stash=Side("", "", FEWEST - 1, 1)), []),
        (replace(FINE, folders_gone=("/media/a",)), ["brake_folder_gone"]),
        (replace(FINE, links_gone=451), ["brake_links_gone"]),
        (replace(FINE, links_gone=450), []),
    ],
)
def test_what_trips_a_brake(found: Figures, expected: list[str]) -> None:
    assert codes(found) == expected


def test_the_figures_are_in_the_reason() -> None:
    (reason,) = trip(replace(FINE, taking=400), LIMITS)
    assert reason.data == {"taking": "400", "linked": "900", "items": "50", "percent": "30%"}


def taking(
    want: dict[Field, Value],
    have: dict[Field, Value],
    *,
    ours: dict[Field, Value] | None = None,
    locked: frozenset[Field] = frozenset(Field),
    policy: Policy = Policy.MERGE,
) -> bool:
    item = Item("7", "1", {of: have.get(of, empty_value(of)) for of in Field}, locked)
    base = Base(pushed=ours or {}, wanted=ours or {})
    return takes_away(merge(Desired(1, want), item, base, MergeRules(dict.fromkeys(Field, policy))), item)


def test_filling_takes_nothing_away() -> None:
    assert not taking({Field.STUDIO: "A", Field.GENRES: ("G",)}, {})
    assert not taking({Field.GENRES: ("G", "H")}, {Field.GENRES: ("g",)})


def test_overwriting_what_an_agent_left_takes_nothing_away() -> None:
    assert not taking(
        {Field.TITLE: "T", Field.SUMMARY: "s"}, {Field.TITLE: "t", Field.SUMMARY: "agent"}, locked=frozenset()
    )


def test_locking_takes_nothing_away() -> None:
    assert not taking({Field.STUDIO: "A"}, {Field.STUDIO: "A"}, locked=frozenset())


def test_clearing_removing_and_overwriting_what_is_locked_takes_away() -> None:
    assert taking({Field.STUDIO: ""}, {Field.STUDIO: "A"}, ours={Field.STUDIO: "A"})
    assert taking({Field.GENRES: ("G",)}, {Field.GENRES: ("G", "H")}, ours={Field.GENRES: ("G", "H")})
    assert taking({Field.STUDIO: "B"}, {Field.STUDIO: "A"}, ours={Field.STUDIO: "A"})
    assert taking({Field.STUDIO: "B"}, {Field.STUDIO: "A"}, policy=Policy.STASH)

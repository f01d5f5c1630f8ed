"""The state in one sentence: the first line of the table that applies, steady, and in words that fit their numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plexsync.domain.model import Reason
from plexsync.domain.standing.facts import Facts, SceneCounts, ServerTrouble
from plexsync.domain.standing.phrase import spoken
from plexsync.domain.standing.progress import MANY
from plexsync.domain.standing.standing import ICONS, Standing, StandingKind
from plexsync.domain.standing.table import standing_of
from plexsync_simulators.shared.json_type import Json

NOW = 1_800_000_000.0
WELL = Facts(NOW, SceneCounts(scenes=12_440))
PLEX = {"server": "plex", "url": "http://plex:32400", "detail": "refused"}
STASH = {"server": "stash", "url": "http://stash:9999", "detail": "refused"}


def queued(number: int, seconds: float = 60.0, **counts: int) -> Facts:
    return replace(WELL, counts=SceneCounts(12_440, queued=number, **counts), queued_since=NOW - seconds)


def away(code: str, seconds: float = 60.0, facts: Facts | None = None) -> Facts:
    return replace(facts or queued(128), plex=ServerTrouble(code, PLEX, NOW - seconds))


def lines(facts: Facts) -> tuple[str, ...]:
    return standing_of(facts).lines(NOW)


def first(facts: Facts) -> tuple[StandingKind, str]:
    found = standing_of(facts)
    return found.kind, found.lines(NOW)[0]


NEEDS = replace(WELL, counts=SceneCounts(12_440, unscanned=6, needs_you=42))

ROWS = [
    (
        replace(WELL, stash=ServerTrouble("unreachable", STASH, NOW - 60)),
        StandingKind.STASH_AWAY,
        "Stash does not answer.",
        ["try_again"],
    ),
    (
        replace(WELL, stash=ServerTrouble("session_refused", STASH, NOW - 60)),
        StandingKind.STASH_SIGNED_OUT,
        "PlexSync is signed out of Stash.",
        ["sign_in_to_stash"],
    ),
    (
        replace(WELL, is_set_up=False),
        StandingKind.NOT_SET_UP,
        "Bring your Stash titles, performers, tags and covers to Plex.",
        ["set_up"],
    ),
    (
        replace(queued(128), gone_since=NOW - 60),
        StandingKind.NOT_RUNNING,
        "PlexSync is not running. 128 changes wait.",
        ["start_agent"],
    ),
    (
        replace(WELL, plex=ServerTrouble("no_such_library", {"library": "Scenes", "available": "Clips"}, NOW)),
        StandingKind.SETTINGS_WRONG,
        "PlexSync has stopped. Plex has no movie library named Scenes.",
        ["choose_libraries"],
    ),
    (
        away("token_refused"),
        StandingKind.PLEX_SIGNED_OUT,
        "Plex no longer accepts the sign-in. 128 changes wait.",
        ["sign_in"],
    ),
    (
        away("unreachable"),
        StandingKind.PLEX_AWAY,
        "Plex does not answer. 128 changes wait and go on by themselves.",
        ["try_now", "change_address"],
    ),
    (
        away("starting"),
        StandingKind.PLEX_STARTING,
        "Plex is starting. 128 changes wait and go on by themselves.",
        [],
    ),
    (
        replace(WELL, brakes=(Reason("brake_mass_change", {"taking": "5120", "linked": "12440"}),)),
        StandingKind.BRAKED,
        "Stopped to be safe: this would take something away from 5,120 of 12,440 items.",
        ["show_held"],
    ),
    (replace(queued(128), is_paused=True), StandingKind.PAUSED, "Paused. 128 changes wait.", ["resume"]),
    (
        replace(WELL, counts=SceneCounts(12_440, dry=128), is_dry_run=True),
        StandingKind.DRY_RUN,
        "Dry run: 128 scenes would change, nothing is written.",
        ["see_changes"],
    ),
    (
        queued(1806),
        StandingKind.WORKING,
        "Working: 1,806 of 12,440 scenes are on their way to Plex.",
        ["pause"],
    ),
    (
        NEEDS,
        StandingKind.NEEDS_YOU,
        "In sync: 12,392 of 12,440 scenes. 6 wait for Plex to scan, 42 need you.",
        ["see_needs_you"],
    ),
    (
        replace(WELL, counts=SceneCounts(12_440, unscanned=6)),
        StandingKind.WAITING,
        "In sync: 12,434 of 12,440 scenes. 6 wait for Plex to scan.",
        [],
    ),
    (replace(WELL, counts=SceneCounts()), StandingKind.EMPTY, "Stash has no scenes yet.", []),
    (WELL, StandingKind.IN_SYNC, "In sync: all 12,440 scenes.", ["preview"]),
]


@pytest.mark.parametrize(("facts", "kind", "said", "actions"), ROWS, ids=[row[1].value for row in ROWS])
def test_each_state_has_its_sentence_and_its_button(
    facts: Facts, kind: StandingKind, said: str, actions: list[str]
) -> None:
    found = standing_of(facts)
    assert (found.kind, found.lines(NOW)[0]) == (kind, said)
    assert [action.name for action in found.actions] == actions
    assert (found.icon, found.colour) == ICONS[kind]


def test_every_state_is_in_the_table_above() -> None:
    assert [row[1] for row in ROWS] == list(StandingKind)


def test_the_trouble_that_needs_somebody_most_is_told_first() -> None:
    """Everything is wrong at once, and one thing after the other is mended."""
    facts = replace(
        queued(128, unscanned=1, needs_you=2),
        stash=ServerTrouble("unreachable", STASH, 0.0),
        is_set_up=False,
        plex=ServerTrouble("unreachable", PLEX, 0.0),
        brakes=(Reason("brake_holds", {"taking": "20", "linked": "30"}),),
        is_paused=True,
        is_dry_run=True,
    )
    mended: list[Json] = [
        {"stash": None},
        {"is_set_up": True, "gone_since": 0.0},
        {"gone_since": None},
        {"plex": None},
        {"brakes": ()},
        {"is_paused": False},
        {"is_dry_run": False},
        {"counts": replace(facts.counts, queued=0)},
        {"counts": replace(facts.counts, queued=0, needs_you=0)},
        {"counts": SceneCounts(12_440)},
    ]
    told = [standing_of(facts).kind]
    for step in mended:
        facts = replace(facts, **step)
        told.append(standing_of(facts).kind)
    assert told == [
        StandingKind.STASH_AWAY,
        StandingKind.NOT_SET_UP,
        StandingKind.NOT_RUNNING,
        StandingKind.PLEX_AWAY,
        StandingKind.BRAKED,
        StandingKind.PAUSED,
        StandingKind.DRY_RUN,
        StandingKind.WORKING,
        StandingKind.NEEDS_YOU,
        StandingKind.WAITING,
        StandingKind.IN_SYNC,
    ]


@pytest.mark.parametrize(
    ("seconds", "kind"), [(0, StandingKind.WORKING), (4.9, StandingKind.WORKING), (5, StandingKind.PLEX_AWAY)]
)
def test_an_outage_shows_once_it_has_lasted(seconds: float, kind: StandingKind) -> None:
    assert standing_of(away("unreachable", seconds)).kind is kind


def test_a_setting_that_stops_the_work_shows_at_once() -> None:
    wrong = replace(WELL, plex=ServerTrouble("not_configured", {"setting": "plex_url"}, NOW))
    assert standing_of(wrong).kind is StandingKind.SETTINGS_WRONG


@pytest.mark.parametrize(
    ("number", "seconds", "kind"),
    [
        (MANY - 1, 4.9, StandingKind.IN_SYNC),
        (MANY - 1, 5, StandingKind.WORKING),
        (MANY, 0, StandingKind.WORKING),
    ],
)
def test_work_shows_from_many_scenes_or_after_a_while(number: int, seconds: float, kind: StandingKind) -> None:
    assert standing_of(queued(number, seconds)).kind is kind


def test_a_few_fresh_edits_do_not_change_the_figures() -> None:
    fresh = replace(queued(3, 1.0, needs_you=2))
    assert first(fresh)[1] == "In sync: 12,438 of 12,440 scenes. 2 need you."


def test_an_agent_that_begins_anew_is_not_called_gone() -> None:
    assert standing_of(replace(WELL, gone_since=NOW - 4)).kind is StandingKind.IN_SYNC
    assert standing_of(replace(WELL, gone_since=0.0)).kind is StandingKind.NOT_RUNNING


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (queued(1), "Working: 1 of 12,440 scenes is on its way to Plex."),
        (replace(queued(1), is_paused=True), "Paused. 1 change waits."),
        (away("unreachable", facts=queued(1)), "Plex does not answer. 1 change waits and goes on by itself."),
        (away("takes_no_edits", facts=WELL), "Plex takes no edits."),
        (replace(WELL, counts=SceneCounts(1)), "In sync: 1 scene."),
        (
            replace(WELL, counts=SceneCounts(10, unscanned=1, retrying=1, needs_you=1)),
            "In sync: 7 of 10 scenes. 1 waits for Plex to scan, 1 waits for another try, 1 needs you.",
        ),
        (replace(WELL, counts=SceneCounts(10, no_file=2, ignored=2, declined=1)), "In sync: all 5 scenes."),
        (
            replace(WELL, counts=SceneCounts(10, stopped=4)),
            "In sync: 6 of 10 scenes. 4 wait since you stopped the run.",
        ),
        (replace(WELL, counts=SceneCounts(2, no_file=2)), "Stash has no scenes for Plex."),
    ],
)
def test_words_fit_their_numbers(facts: Facts, said: str) -> None:
    assert lines(facts)[0] == said


def test_the_second_line_says_what_comes_next() -> None:
    well = replace(WELL, last_write_at=NOW - 250, next_reconcile_at=NOW + 7200)
    assert lines(well)[1] == "The last edit reached Plex 4 minutes ago. The next reconcile is in 2 hours."
    assert lines(replace(queued(1806), rate=31.4))[1] == "31 scenes a second, about 1 minute left."
    assert lines(replace(queued(1806), rate=0.5))[1] == "30 scenes a minute, about 1 hour left."
    assert lines(NEEDS)[1] == "Nothing is lost: each of the 42 says what to do."


@pytest.mark.parametrize(
    "facts",
    [
        replace(WELL, counts=SceneCounts(300, needs_you=11, no_file=3, ignored=1, declined=1)),
        replace(WELL, counts=SceneCounts(300, unscanned=4, retrying=3, stopped=4, no_file=5)),
        replace(WELL, counts=SceneCounts(300, no_file=3, ignored=2)),
        replace(queued(60), counts=SceneCounts(300, queued=60, declined=5)),
    ],
    ids=["needs_you", "waiting", "in_sync", "working"],
)
def test_the_figures_add_up_to_the_scenes_of_stash(facts: Facts) -> None:
    said = standing_of(facts)
    first, *others = [phrase.number for phrase in said.sentence if phrase.number is not None]
    of_all, *rest = others or [first]
    apart = [phrase.number for phrase in said.apart if phrase.number is not None]
    assert of_all + sum(apart) == 300
    if rest:
        assert first + sum(rest) == of_all
    assert said.lines(NOW)[-1] == spoken(said.apart, NOW)


def test_what_is_not_for_plex_is_said_with_its_reason() -> None:
    apart = standing_of(replace(WELL, counts=SceneCounts(10, no_file=3, ignored=1, declined=2))).apart
    assert spoken(apart, NOW) == "Not for Plex: 3 without a file, 1 ignored by you, 2 left out by your choice."
    assert [phrase.link for phrase in apart if phrase.number] == ["queue?show=parked", "needs-you", "queue?show=parked"]
    assert standing_of(WELL).apart == ()


def test_an_outage_is_told_with_its_cause_its_beginning_and_the_next_try() -> None:
    tried = replace(WELL, plex=ServerTrouble("unreachable", PLEX, NOW - 125, NOW + 8.4))
    assert lines(tried)[1] == (
        "Plex does not answer at http://plex:32400 (refused). Start it, or correct its address in the settings; work "
        "goes on by itself once it answers. It began 2 minutes ago. The next try is in 8 seconds."
    )


def test_a_second_trouble_stands_under_the_first() -> None:
    assert lines(replace(NEEDS, is_paused=True))[-1] == "42 scenes also need you."
    bad = Reason("bad_setting", {"setting": "path_map", "value": "x", "allowed": "pairs", "origin": "settings.toml"})
    assert "path_map" in lines(replace(WELL, problems=(bad,)))[-1]


@pytest.mark.parametrize(
    ("facts", "badge"),
    [
        (WELL, ""),
        (queued(1806), ""),
        (NEEDS, "42"),
        (replace(NEEDS, counts=SceneCounts(12_440, needs_you=100)), "99+"),
        (away("unreachable", 60), ""),
        (away("unreachable", 901), "!"),
        (away("token_refused"), "!"),
        (replace(WELL, brakes=(Reason("brake_holds", {"taking": "20", "linked": "30"}),)), "!"),
        (replace(WELL, gone_since=0.0), "!"),
        (replace(NEEDS, is_set_up=False), ""),
    ],
)
def test_the_badge_shows_only_what_needs_a_person(facts: Facts, badge: str) -> None:
    assert standing_of(facts).badge == badge


def test_numbers_and_moments_stand_by_themselves_for_the_page() -> None:
    phrases = standing_of(NEEDS).sentence
    assert [(phrase.number, phrase.link) for phrase in phrases if phrase.number is not None] == [
        (12_392, ""),
        (12_440, ""),
        (6, "queue?show=parked"),
        (42, "needs-you"),
    ]
    well: Standing = standing_of(replace(WELL, last_write_at=NOW - 10))
    assert [phrase.at for phrase in well.detail if phrase.at is not None] == [NOW - 10]
    assert spoken(well.detail, NOW + 86400 * 3).startswith("The last edit reached Plex at 20")


def test_nothing_of_it_changes_as_time_goes_by() -> None:
    """The agent's file is not written anew for it."""
    settled = replace(WELL, last_write_at=NOW - 10, next_reconcile_at=NOW + 500)
    assert standing_of(settled) == standing_of(replace(settled, now=NOW + 300))

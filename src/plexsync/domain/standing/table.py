"""The table of states: the first line that applies says how things stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from plexsync.domain.advice import APART, explain
from plexsync.domain.standing import progress, troubles
from plexsync.domain.standing.facts import Facts
from plexsync.domain.standing.phrase import Sentence, counted_scenes, listed, number, sentence, verb
from plexsync.domain.standing.standing import ICONS, Standing, StandingKind

LONG_AWAY_SECONDS = 15 * 60.0
MOST_ON_BADGE = 99

_ALARMING = frozenset(
    {
        StandingKind.STASH_AWAY,
        StandingKind.NOT_RUNNING,
        StandingKind.SETTINGS_WRONG,
        StandingKind.PLEX_SIGNED_OUT,
        StandingKind.BRAKED,
    }
)


TABLE: tuple[Callable[[Facts], Standing | None], ...] = (
    troubles.stash_away,
    troubles.not_set_up,
    troubles.not_running,
    troubles.settings_wrong,
    troubles.plex_signed_out,
    troubles.plex_away,
    troubles.braked,
    troubles.paused,
    troubles.dry_run,
    progress.working,
    progress.needs_you,
    progress.waiting,
    progress.empty,
    progress.in_sync,
)
"""The line that needs somebody most comes first; the last one always applies."""


def standing_of(facts: Facts) -> Standing:
    """Return the first line of the table that applies."""
    found = next(line for rule in TABLE if (line := rule(facts)) is not None)
    icon, colour = ICONS[found.kind]
    also, apart = _also(found.kind, facts), _apart(found.kind, facts)
    return replace(found, icon=icon, colour=colour, badge=_badge(found.kind, facts), also=also, apart=apart)


def _also(kind: StandingKind, facts: Facts) -> Sentence:
    """Name a second trouble under the first."""
    needs = facts.counts.needs_you
    if needs and kind is not StandingKind.NEEDS_YOU:
        return sentence(*counted_scenes(needs, "needs-you"), verb(needs, " also needs you.", " also need you."))
    if facts.problems and kind is not StandingKind.SETTINGS_WRONG:
        return sentence(str(explain(facts.problems[0].code, facts.problems[0].data)))
    return ()


def _apart(kind: StandingKind, facts: Facts) -> Sentence:
    """Say which scenes are not for Plex, so that all figures add up to the scenes of Stash."""
    if kind is StandingKind.NOT_SET_UP or not facts.counts.apart:
        return ()
    counts = facts.counts
    parts = [
        sentence(number(many, link), f" {APART[verdict]}")
        for verdict, many, link in (
            ("no_file", counts.no_file, "queue?show=parked"),
            ("ignored", counts.ignored, "needs-you"),
            ("declined", counts.declined, "queue?show=parked"),
        )
        if many
    ]
    return sentence("Not for Plex: ", *listed(parts), ".")


def _badge(kind: StandingKind, facts: Facts) -> str:
    """Return what the icon in Stash's bar carries: only what needs a person."""
    away = facts.plex is not None and facts.now - facts.plex.since >= LONG_AWAY_SECONDS
    if kind in _ALARMING or (kind is StandingKind.PLEX_AWAY and away):
        return "!"
    needs = facts.counts.needs_you
    if kind is StandingKind.NOT_SET_UP or not needs:
        return ""
    return f"{MOST_ON_BADGE}+" if needs > MOST_ON_BADGE else str(needs)

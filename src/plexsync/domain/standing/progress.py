"""The lines of the table for PlexSync at its work: how much is in sync, on its way, or left to a person."""

from __future__ import annotations

from dataclasses import replace

from plexsync.domain.phrases import span
from plexsync.domain.standing.facts import Facts
from plexsync.domain.standing.phrase import Sentence, counted_scenes, listed, number, sentence, verb, when
from plexsync.domain.standing.standing import Action, Standing, StandingKind
from plexsync.domain.standing.troubles import STEADY_SECONDS

MANY = 25
"""So many queued scenes are shown as work at once; fewer only once they have waited for five seconds."""


def working(facts: Facts) -> Standing | None:
    """Enough is queued to speak of work."""
    if not _is_at_work(facts):
        return None
    queued, concerned = facts.counts.queued, max(facts.counts.concerned, facts.counts.queued)
    said = sentence(
        "Working: ",
        number(queued, "queue"),
        " of ",
        *counted_scenes(concerned),
        verb(queued, " is on its way to Plex.", " are on their way to Plex."),
    )
    return Standing(StandingKind.WORKING, said, _pace(facts), actions=(Action("pause", "Pause", is_main=False),))


def needs_you(facts: Facts) -> Standing | None:
    """Some scenes go on only when a person does something."""
    needs = facts.counts.needs_you
    if not needs:
        return None
    each = sentence("each of the ", number(needs)) if needs > 1 else sentence("it")
    detail = sentence("Nothing is lost: ", *each, " says what to do.")
    action = Action("see_needs_you", "See what needs you")
    return Standing(StandingKind.NEEDS_YOU, _in_sync_but(facts), detail, actions=(action,))


def waiting(facts: Facts) -> Standing | None:
    """Some scenes wait for something that comes by itself."""
    if not (facts.counts.unscanned or facts.counts.retrying or facts.counts.stopped):
        return None
    return Standing(StandingKind.WAITING, _in_sync_but(facts))


def empty(facts: Facts) -> Standing | None:
    """There is nothing to bring."""
    if facts.counts.concerned:
        return None
    words = "Stash has no scenes for Plex." if facts.counts.scenes else "Stash has no scenes yet."
    return Standing(StandingKind.EMPTY, sentence(words))


def in_sync(facts: Facts) -> Standing:
    """All is well."""
    concerned = facts.counts.concerned
    said = sentence("In sync: ", "" if concerned == 1 else "all ", *counted_scenes(concerned), ".")
    preview = Action("preview", "Preview a reconcile", is_main=False)
    return Standing(StandingKind.IN_SYNC, said, _all_well(facts), actions=(preview,))


def _is_at_work(facts: Facts) -> bool:
    queued = facts.counts.queued
    return queued >= MANY or (queued > 0 and facts.now - facts.queued_since >= STEADY_SECONDS)


def _in_sync_but(facts: Facts) -> Sentence:
    """Say how many are in sync, and what the others wait for; what has only just been queued does not count."""
    counts = facts.counts
    settled = counts.in_sync + counts.queued
    waits = (
        (counts.unscanned, "queue?show=parked", "for Plex to scan"),
        (counts.retrying, "queue", "for another try"),
        (counts.stopped, "reconcile", "since you stopped the run"),
    )
    told = [sentence(number(many, link), verb(many, " waits ", " wait "), words) for many, link, words in waits if many]
    if counts.needs_you:
        told.append(sentence(number(counts.needs_you, "needs-you"), verb(counts.needs_you, " needs you", " need you")))
    parts = listed(told)
    return sentence("In sync: ", number(settled), " of ", *counted_scenes(counts.concerned), ". ", *parts, ".")


def _pace(facts: Facts) -> Sentence:
    """Say how fast it goes and how long it takes, once that was measured."""
    pace = round(facts.rate) if facts.rate >= 1 else round(facts.rate * 60)
    unit = "a second" if facts.rate >= 1 else "a minute"
    if not pace:
        return ()
    left = span(max(60.0, facts.counts.queued / facts.rate + 30))
    return sentence(*counted_scenes(pace), f" {unit}, about {left} left.")


def _all_well(facts: Facts) -> Sentence:
    last = sentence("The last edit reached Plex ", when(facts.last_write_at), ". ")
    coming = sentence("The next reconcile is ", when(facts.next_reconcile_at), ". ")
    said = sentence(*(last if facts.last_write_at else ()), *(coming if facts.next_reconcile_at else ()))
    return (*said[:-1], replace(said[-1], text=said[-1].text.rstrip())) if said else ()

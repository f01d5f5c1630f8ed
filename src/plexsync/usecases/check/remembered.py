"""Troubles that the agent has met and that still stand: no question to a server shows them."""

from __future__ import annotations

from collections.abc import Iterator

from plexsync.domain.advice import CAUSES, Advice, explain
from plexsync.domain.phrases import counted
from plexsync.domain.standing.standing import StandingKind
from plexsync.store import Store
from plexsync.store.history.runs import Run
from plexsync.store.jobs import Count, State
from plexsync.usecases.check.finding import Grade, HealthFinding, found
from plexsync.usecases.data_folder import rebuilt
from plexsync.usecases.opening import Opened
from plexsync.usecases.runs.reconcile import brakes_in_words
from plexsync.usecases.status.report import status

_OF_BRAKES = frozenset({"brake"})


def remembered(opened: Opened, now: float) -> Iterator[HealthFinding]:
    """Yield what failed, waits or was given up, an example of each cause; nothing where all is well."""
    told = status(opened.folder, now)
    if told.standing.kind is StandingKind.NOT_SET_UP:
        yield found("Set-up", Grade.WARNING, "set_up_unfinished")
    for failing in told.failing:
        yield HealthFinding.of("Background process", Grade.FAILED, failing.advice)
    for outage in told.outages:
        yield HealthFinding.of("Waiting", Grade.FAILED, outage.advice)
    for count in opened.store.jobs.counts():
        if count.cause in CAUSES and count.cause not in _OF_BRAKES:
            yield _jobs(opened.store, count)
    for name, advices in (
        ("Data folder", rebuilt(opened.store)),
        ("Fields", told.contested),
        ("Left out", told.rows_left_out),
    ):
        for advice in advices:
            yield HealthFinding.of(name, Grade.WARNING, advice)
    yield from _last_reconcile(told.reconcile.last)
    for gaps in told.reconcile.open_gaps:
        if left := gaps.number - gaps.queued:
            yield _finding("Gaps", counted(left, "gap"), gaps.words, explain(f"gap_{gaps.kind}", {}))


def _last_reconcile(run: Run | None) -> Iterator[HealthFinding]:
    """Say what held or ended the last reconcile, if something did."""
    if run is None:
        return
    for advice in brakes_in_words(run.result):
        yield HealthFinding.of("Last reconcile", Grade.WARNING, advice)
    if run.state == "failed":
        advice = explain(str(run.result.get("code")), run.result.get("data", {}))
        yield HealthFinding.of("Last reconcile", Grade.FAILED, advice)


def _jobs(store: Store, count: Count) -> HealthFinding:
    name = "Given up" if count.state is State.DEAD else "Waiting"
    job = store.jobs.example(count.state, count.cause)
    advice = explain(count.cause, {} if job is None else job.detail)
    return _finding(name, counted(count.number, "scene"), CAUSES[count.cause], advice)


def _finding(name: str, number: str, words: str, advice: Advice) -> HealthFinding:
    return HealthFinding(name, Grade.WARNING, f"{number}: {words}. {advice.text}", advice.next_step)

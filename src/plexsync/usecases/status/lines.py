"""How things stand, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plexsync.domain.advice import KIND_WORDS, SCOPE_WORDS, STOPPED, became_words, explain
from plexsync.domain.phrases import counted, moment, short, span
from plexsync.domain.standing.phrase import spoken
from plexsync.domain.standing.standing import StandingKind
from plexsync.runtime.observer.counters import (
    CONTESTED,
    DEAD_LETTERS,
    FAILURES,
    FIELDS,
    OUTAGES,
    PICTURES,
    RUNS,
    SCENES,
)
from plexsync.store.history.runs import RECONCILE, Run
from plexsync.usecases.runs.reconcile import brakes_in_words
from plexsync.usecases.status.report import Group, Reconciling, Status

_COUNTED: Mapping[str, tuple[str, str]] = {
    SCENES: ("scene", "{} synced"),
    FIELDS: ("field", "{} written"),
    PICTURES: ("picture", "{} sent"),
    FAILURES: ("attempt", "{} failed"),
    DEAD_LETTERS: ("scene", "{} given up"),
    CONTESTED: ("field", "{} contested"),
    OUTAGES: ("outage", "{}"),
    RUNS: ("run", "{} ended"),
}
"""Each counter's noun and how it is told."""


def lines_of(status: Status) -> tuple[str, ...]:
    """Say how things stand, in a few lines for a person."""
    return tuple(_lines(status))


def _lines(status: Status) -> Iterator[str]:
    yield status.standing.lines(status.at)[0]
    if status.standing.apart:
        yield spoken(status.standing.apart, status.at)
    yield _agent_line(status)
    yield from (str(failing.advice) for failing in status.failing)
    for outage in status.outages:
        yield f"Waiting for {span(status.at - outage.since)}: {outage.advice}"
    yield from (str(explain(code, {})) for code in _holds(status))
    yield from map(str, status.data)
    yield from map(str, status.problems)
    yield from (f"{STOPPED}: {advice}" for advice in status.brakes)
    yield _queue_line(status)
    for group in status.parked:
        yield f"{_group_line(group, 'waiting')}: {group.advice}"
    for group in status.dead:  # each of them is told by itself
        yield f"{_group_line(group, 'given up')}."
    yield from _letter_lines(status)
    if status.needs_you.ignored:
        yield str(explain("some_ignored", {"number": counted(status.needs_you.ignored, "scene")}))
    if status.taken_back:
        yield str(explain("taken_back", {"scenes": counted(status.taken_back, "scene")}))
    yield from _left_out_lines(status)
    yield from (f"Contested: {advice}" for advice in status.contested)
    yield from (f"Switched off: {advice}" for advice in status.switched_off)
    yield f"Known: {counted(status.scenes, 'scene')}, {counted(status.items, 'Plex item')}, {status.links} linked."
    yield from _counter_lines(status)
    syncs = [run for run in status.runs if run.kind != RECONCILE]
    if syncs:
        yield _run_line(syncs[0], status.at)
    yield from reconcile_lines(status.reconcile, status.at)
    if status.path_map:
        rules = "; ".join(f"{rule.stash} => {rule.plex}" for rule in status.path_map)
        yield f"Path map ({status.path_map_origin}): {rules}"


def _holds(status: Status) -> Iterator[str]:
    """Yield the codes of what keeps PlexSync from writing by a person's wish."""
    if status.standing.kind is StandingKind.NOT_SET_UP:
        yield "set_up_unfinished"
    if status.paused:
        yield "paused"
    if status.plugin_off:
        yield status.plugin_off
    if status.dry_run:
        yield "dry_run_on"


def _counter_lines(status: Status) -> Iterator[str]:
    """Say what has happened since the agent started, as far as anything has."""
    numbers = {words: status.agent.counters.get(name, 0) for name, words in _COUNTED.items()}
    parts = [words.format(counted(number, noun)) for (noun, words), number in numbers.items() if number]
    if status.agent.alive and parts:
        yield f"Since the start: {', '.join(parts)}."


def _left_out_lines(status: Status) -> Iterator[str]:
    """Name the rows of both servers that could not be used."""
    yield from (f"Left out: {advice}" for advice in status.rows_left_out)
    rest = status.left_out - len(status.rows_left_out)
    if rest > 0:
        yield f"{rest} more left out: `plexsync gaps list --kind unreadable` lists them after a reconcile."


def _group_line(group: Group, word: str) -> str:
    since = span(group.oldest)
    cause = became_words(group.cause)
    return f"{counted(group.number, 'scene')} {word} ({cause}), like scene {group.scene_id}, for up to {since}"


def _letter_lines(status: Status) -> Iterator[str]:
    for row in status.letters:
        title = f" ({short(row.title, 60)})" if row.title else ""
        yield f"Given up: scene {row.job.scene_id}{title}, {row.record}: {row.advice or ''}"
    rest = sum(group.number for group in status.dead) - len(status.letters)
    if rest > 0:
        yield f"{rest} more given up: `plexsync queue list --state dead` lists them."


def _agent_line(status: Status) -> str:
    if not status.agent.alive:
        return str(explain("no_agent", {}))
    if not status.agent.pid:  # it has the lock, and has not said anything yet
        return str(explain("agent_begins", {}))
    sight = "sees Stash's database file" if status.agent.sees_file else "asks Stash every few seconds"
    since = span(status.at - status.agent.since)
    return f"PlexSync {status.agent.version} has been running for {since} (process {status.agent.pid}) and {sight}."


def _run_line(run: Run, now: float) -> str:
    became = {what: number for what, number in run.result.items() if isinstance(number, int) and run.ended_at}
    parts = [f"{number} {became_words(what)}" for what, number in became.items()]
    result = f": {', '.join(parts)}" if parts else ""
    about = f"{_scope(run)}, {span(now - run.started_at)} ago, {run.state}"
    return f"Last run ({about}): {counted(run.total, 'scene')}{result}."


def _scope(run: Run) -> str:
    return SCOPE_WORDS.get(run.scope, run.scope)


def _queue_line(status: Status) -> str:
    if not status.left:
        return str(explain("queue_empty", {}))
    line = f"{counted(status.queued, 'scene')} queued"
    if status.queued:
        line += f", the oldest for {span(status.oldest_queued)}, {status.rate:.0f} done per minute"
    retrying = f"; {status.retrying} to be tried again, the oldest for {span(status.oldest_retrying)}."
    return line + (retrying if status.retrying else ".")


def reconcile_lines(reconciling: Reconciling, now: float) -> Iterator[str]:
    """Say how reconciling stands, in a few lines."""
    if reconciling.running is not None:
        run = reconciling.running
        share = float(run.result.get("progress", 0.0))
        after = span(now - run.started_at)
        yield f"A reconcile ({_scope(run)}, by {run.origin}) is running: {share:.0%} after {after}."
    if reconciling.last is not None:
        yield from _last_reconcile(reconciling.last, now)
    elif reconciling.running is None:
        yield str(explain("no_reconcile", {}))
    if reconciling.open_gaps:
        total = sum(count.number for count in reconciling.open_gaps)
        kinds = ", ".join(f"{count.words} {count.number} ({count.queued} queued)" for count in reconciling.open_gaps)
        yield f"{counted(total, 'gap')} open: {kinds}."
    if reconciling.next_at:
        yield f"Next reconcile: {moment(reconciling.next_at)}."
    for run in reconciling.history[1:]:
        yield f"  before: {_past_run(run)}"


def _last_reconcile(run: Run, now: float) -> Iterator[str]:
    took = span(run.ended_at - run.started_at)
    line = f"Last reconcile: {span(now - run.started_at)} ago, {_scope(run)}, by {run.origin}, took {took}, {run.state}"
    if run.state == "failed":
        yield f"{line}: {explain(str(run.result.get('code')), run.result.get('data', {}))}"
        return
    found = f"{counted(int(run.result.get('gaps', 0)), 'gap')} found, {run.result.get('queued', 0)} queued"
    yield f"{line}: {found} {_by_kind(run)}".rstrip() + "."
    yield from (f"It stopped to be safe: {advice}" for advice in brakes_in_words(run.result))


def _by_kind(run: Run) -> str:
    queued = run.result.get("queued_by_kind", {})
    return (
        f"({', '.join(f'{KIND_WORDS.get(kind, kind)} {number}' for kind, number in queued.items())})" if queued else ""
    )


def _past_run(run: Run) -> str:
    gaps = run.result.get("gaps", 0)
    return f"{moment(run.started_at)}, {_scope(run)}, by {run.origin}: {run.state}, {counted(int(gaps), 'gap')}"

"""The tasks in Stash's menu: each does one thing, shows how far it is, ends soon and sums up in a few lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from plexsync.agent.lock import is_held
from plexsync.domain.advice import explain
from plexsync.stash_plugin import reconcile_tasks
from plexsync.stash_plugin.protocol import Level
from plexsync.stash_plugin.task_context import NotDone, TaskContext
from plexsync.usecases import agent, queue
from plexsync.usecases.check import findings
from plexsync.usecases.drain import Drained, drain
from plexsync.usecases.finding import Grade
from plexsync.usecases.opening import open_data
from plexsync.usecases.status import status
from plexsync.usecases.sync import Scope, ask_sync, failure_of, follow
from plexsync.usecases.words import counted, span

DAY = 24 * 3600.0
PURGE_DAYS = 30
SAY_SECONDS = 15.0
ORIGIN = "task"
Lines = Iterator[str]


def run_task(word: str, context: TaskContext) -> str:
    """Run a task and return its summary, which is also in Stash's log; raises :class:`NotDone`."""
    said = []
    for line in TASKS[word](context):
        context.channel.log(line)
        said.append(line)
    context.channel.end()
    return "\n".join(said)


def _require_agent(context: TaskContext) -> None:
    if not is_held(context.folder):
        raise NotDone(str(explain("no_agent", {})))


def sync_all(context: TaskContext) -> Lines:
    """Queue all scenes."""
    return _sync(context, "all", None)


def sync_recent(context: TaskContext) -> Lines:
    """Queue the scenes of the last 24 hours."""
    return _sync(context, "since", context.now() - DAY)


def _sync(context: TaskContext, scope: Scope, moment: float | None) -> Lines:
    _require_agent(context)
    began = context.now()
    command_id = ask_sync(context.store, scope=scope, origin=ORIGIN, now=began, moment=moment)
    command = follow(
        context.store,
        command_id,
        show=lambda progress, _: context.channel.progress(progress),
        now=context.now,
        sleep=context.sleep,
    )
    if command.state != "done":
        raise NotDone(str(explain(*failure_of(command))))
    seconds = max(0.1, context.now() - began)
    queued = int(command.result["queued"])
    if not queued:
        yield "No scene was changed in that time." if scope == "since" else "Stash has no scenes."
        return
    yield f"{counted(queued, 'scene')} queued in {seconds:.1f} s ({queued / seconds:.0f} per second)."
    yield from _troubles(context)
    yield "They are worked on in the background: `Process Queue` waits for them, `View Queue Status` tells more."


def _troubles(context: TaskContext) -> Lines:
    """Say what keeps the queued scenes from being written."""
    now = status(context.store, context.folder, context.now())
    yield from (f"Waiting: {outage.advice}" for outage in now.outages)
    if now.paused:
        yield str(explain("paused", {}))
    if now.dry_run:
        yield "Dry run is on: nothing is written to Plex, `View Queue Status` says how much would be."


def process_queue(context: TaskContext) -> Lines:
    """Wait until the queue is empty, or until waiting is of no use."""
    speaker = _Speaker(context)
    drained = drain(context.store, context.folder, show=speaker.show, now=context.now, sleep=context.sleep)
    yield from _drained_lines(drained)


class _Speaker:
    """Shows progress, and says in the log now and then how far it is."""

    def __init__(self, context: TaskContext) -> None:
        self._context = context
        self._said_at = context.now()

    def show(self, progress: float, facts: Mapping[str, Any]) -> None:
        self._context.channel.progress(progress)
        if self._context.now() - self._said_at < SAY_SECONDS:
            return
        self._said_at = self._context.now()
        left = "" if facts["time_left"] is None else f", about {span(facts['time_left'])} to go"
        self._context.channel.log(f"{facts['done']} done, {facts['left']} left, {facts['rate']:.1f} per second{left}.")


def _drained_lines(drained: Drained) -> Lines:
    done = f"{counted(drained.done, 'scene')} done in {span(drained.seconds)}"
    if drained.advice is None:
        yield f"{done}; the queue is empty."
    else:
        yield f"{done}; {drained.left} left. {drained.advice}"
    if drained.parked:
        yield f"{counted(drained.parked, 'scene')} waiting for something else: see `View Queue Status`."
    if drained.dead:
        yield f"{counted(drained.dead, 'scene')} given up: see `View Queue Status`."


def queue_status(context: TaskContext) -> Lines:
    """Say how things stand."""
    yield from status(context.store, context.folder, context.now()).lines()


def retry_dead_letters(context: TaskContext) -> Lines:
    """Queue dead letters again: all, or those of the ``scene`` or the ``cause`` that was given along."""
    if context.arguments.get("scene") is not None:
        number = queue.retry_dead_of(context.store, [context.whole("scene")], context.now())
    else:
        cause = context.arguments.get("cause")
        number = queue.retry_dead(context.store, context.now(), None if cause is None else str(cause))
    yield f"{counted(number, 'scene')} queued again."


def clear_queue(context: TaskContext) -> Lines:
    """Forget what is queued."""
    number = queue.clear_queue(context.store, context.now())
    yield f"{counted(number, 'scene')} taken out of the queue. The next full sync finds again what differs."


def clear_dead_letters(context: TaskContext) -> Lines:
    """Forget the dead letters."""
    yield f"{counted(queue.clear_dead(context.store, context.now()), 'dead letter')} forgotten."


def purge_dead_letters(context: TaskContext) -> Lines:
    """Forget old dead letters: of 30 days ago, or of the ``days`` that were given along."""
    days = PURGE_DAYS if context.arguments.get("days") is None else context.whole("days")
    number = queue.purge_dead(context.store, context.now(), days)
    yield f"{counted(number, 'dead letter')} older than {counted(days, 'day')} forgotten."


def health_check(context: TaskContext) -> Lines:
    """Check everything and say what to do."""
    bad = 0
    with open_data(context.folder) as opened:
        for finding in findings(opened, context.now):
            bad += finding.grade is not Grade.OK
            context.channel.log(str(finding), _LEVELS[finding.grade])
    yield f"{counted(bad, 'thing')} to look at, named above." if bad else "All is well."


_LEVELS = {Grade.OK: Level.INFO, Grade.WARNING: Level.WARNING, Grade.FAILED: Level.ERROR}


def restart_agent(context: TaskContext) -> Lines:
    """End the agent and start it anew."""
    came = agent.restart(context.store, context.folder, context.plugin_dir, context.now, context.sleep)
    if came.code not in {"started", "restarted"}:
        raise NotDone(str(explain(came.code, {"pid": str(came.pid)})))
    yield f"PlexSync's background process was {came.code} (process {came.pid})."


TASKS: Mapping[str, Callable[[TaskContext], Lines]] = {
    "sync_all": sync_all,
    "sync_recent": sync_recent,
    "process_queue": process_queue,
    "queue_status": queue_status,
    "retry_dead_letters": retry_dead_letters,
    "clear_queue": clear_queue,
    "clear_dead_letters": clear_dead_letters,
    "purge_dead_letters": purge_dead_letters,
    "health_check": health_check,
    "restart_agent": restart_agent,
    **reconcile_tasks.TASKS,
}

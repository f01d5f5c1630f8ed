"""The scheduler of reconcile runs: people's commands, starts, changed settings, and the schedule; one run at a time."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from plexsync.domain.errors import BadSetting, PlexSyncError
from plexsync.domain.settings import Settings
from plexsync.net.decode import DECODE_ERRORS
from plexsync.plex.editing.capabilities import known_servers
from plexsync.reconcile import schedule
from plexsync.reconcile.compare import Request
from plexsync.reconcile.request import asked_request, configured_request, range_request
from plexsync.reconcile.run import Runner, RunStopped
from plexsync.runtime.client_liveness import is_gone
from plexsync.runtime.clock import has_come, has_passed
from plexsync.runtime.shared import Shared
from plexsync.runtime.sync_state import is_scanned
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.commands import Command
from plexsync.store.history.runs import RECONCILE
from plexsync.store.state import (
    NEXT_RECONCILE,
    PATH_MAP,
    REBUILD_NEEDS_RUN,
    RECONCILED_RULES,
    RETURN_NEEDS_RUN,
    NextReconcile,
)

COMMAND = "reconcile"
POLL_SECONDS = 0.5
IDLE_SECONDS = 30.0
PLAN_SECONDS = 5.0
_log = logging.getLogger("plexsync")


class Scheduler:
    """Starts runs; all of it happens in one thread."""

    def __init__(self, store: Store, shared: Shared, target: Target, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._shared = shared
        self._context = shared.context
        self._now = now
        self._target = target
        self._runner = Runner(store, shared, target, now)
        self._jitter = random.Random()
        self._version = -1
        self._planned_at = 0.0
        self._failures = 0
        self._retry_at = 0.0
        self._is_asked = False
        self._stop = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Serve until told to stop."""
        self._stop = stop
        seen, pause = 0, PLAN_SECONDS
        with suppress(RunStopped):
            while not stop.is_set():
                self.turn()
                before, seen = seen, self._shared.changes.wait(seen, POLL_SECONDS if self._is_asked else pause)
                pause = IDLE_SECONDS if seen == before else PLAN_SECONDS  # what has just changed may be due by then

    def turn(self) -> None:
        """Do whatever is asked for or due."""
        version = self._store.version()
        self._is_asked = self._is_asked or version != self._version
        self._version = version
        if self._is_asked and self._can_tell():
            self._is_asked = False
            while (command := self._store.commands.take(self._now(), only=(COMMAND,))) is not None:
                self._carry_out(command)
        if self._is_ready() and has_come(self._retry_at, self._now(), schedule.LONGEST_RETRY):
            self._go_on_safely()

    def _can_tell(self) -> bool:
        """Tell whether a run can be carried out, or fails for a reason; while Stash is first read it has to wait."""
        if self._is_ready():
            return True
        try:
            self._target.identity()
        except PlexSyncError:
            return True
        return False

    def _go_on_safely(self) -> None:
        try:
            self._go_on()
        except PlexSyncError as error:  # a setting that everything needs is gone
            _log.warning("no reconcile by itself: %s", error)
            self._put_off()

    def _is_ready(self) -> bool:
        """Tell whether both servers were seen, so that there is something to compare."""
        return is_scanned(self._store) and self._store.state.get(PATH_MAP) is not None

    def _go_on(self) -> None:
        """Do what is due by itself, the most telling first."""
        settings = self._context.settings
        if settings.flag("paused"):
            return
        if self._store.state.get(REBUILD_NEEDS_RUN):
            self._after_damage()
        elif self._shared.starts.pending:
            self._after_start()
        elif has_passed(PLAN_SECONDS, self._planned_at, self._now()):
            self._planned_at = self._now()
            self._after_change(settings)
            self._after_return()
            self._by_schedule(settings)

    def _after_damage(self) -> None:
        """Compare everything once: what waited in a queue that was lost shows as a difference."""
        if self._by_itself(Request("all", "rebuilt database")):
            self._store.state.put(REBUILD_NEEDS_RUN, value=False)

    def _after_start(self) -> None:
        origin = self._shared.starts.pending
        is_wanted = not self._context.settings.flag("no_startup_reconcile")
        if not is_wanted or self._by_itself(range_request("24h", origin, self._now())):
            self._shared.starts.done(origin)

    def _after_change(self, settings: Settings) -> None:
        """Compare what was synced by other rules, once after each change of them."""
        kept = self._store.state.get(RECONCILED_RULES)
        off = known_servers(self._store).current.off
        rules = (self._target.rules_hash(off), *(" => ".join(pair) for pair in settings.path_map))
        if kept is None or (kept != rules and self._by_itself(Request("all", "changed settings", only_synced=True))):
            self._store.state.put(RECONCILED_RULES, rules)

    def _after_return(self) -> None:
        """Compare anew once most scenes are there again: what a brake said of those that were gone is over."""
        if self._store.state.get(RETURN_NEEDS_RUN) and (
            not self._is_braked() or self._by_itself(Request("all", "returned scenes"))
        ):
            self._store.state.put(RETURN_NEEDS_RUN, value=False)

    def _is_braked(self) -> bool:
        return any(run.state == "braked" for run in self._store.runs.newest_of(RECONCILE, 1))

    def _by_schedule(self, settings: Settings) -> None:
        interval, now = settings.text("reconcile_interval"), self._now()
        planned = self._store.state.get(NEXT_RECONCILE)
        if planned is None or planned.interval != interval or not schedule.is_sane(planned.at, now, interval):
            self._plan(interval)
            return
        if planned.at is None or now < planned.at:
            return
        if self._run_configured(settings):
            self._plan(interval)

    def _run_configured(self, settings: Settings) -> bool:
        """Carry out what the settings name; returns False if it is to be tried again."""
        try:
            request = configured_request(settings, "schedule", self._now())
        except BadSetting as problem:
            _log.warning("no reconcile by schedule: %s", problem)
            return True
        return self._by_itself(request)

    def _plan(self, interval: str) -> None:
        due = schedule.next_after(self._now(), interval, self._jitter)
        self._store.state.put(NEXT_RECONCILE, NextReconcile(interval, due))

    def _by_itself(self, request: Request) -> bool:
        """Carry out a run nobody waits for; returns False if a server's trouble ended it: it is then tried again."""
        try:
            self._runner.run(request, self._tell_nobody)
        except PlexSyncError as error:
            _log.warning("reconcile (%s): %s", request.origin, error)
            self._put_off()
            return False
        self._failures = 0
        return True

    def _put_off(self) -> None:
        self._retry_at = schedule.retry_after(self._now(), self._failures)
        self._failures += 1

    def _tell_nobody(self, _progress: float, _figures: Mapping[str, object]) -> None:
        if self._stop.is_set():
            raise RunStopped

    def _carry_out(self, command: Command) -> None:
        """Do what a person asked for, if it makes sense."""
        try:
            request = asked_request(command.arguments, self._context.settings, self._now())
        except DECODE_ERRORS as problem:
            self._store.commands.refuse(command, problem, self._now())
        except PlexSyncError as error:
            self._fail(command, error)
        else:
            self._run_for(command, request)

    def _run_for(self, command: Command, request: Request) -> None:
        """Carry out a run, as long as somebody waits for it."""
        heard_at = 0.0

        def tell(progress: float, figures: Mapping[str, object]) -> None:
            nonlocal heard_at
            if self._stop.is_set():
                raise RunStopped
            if not has_passed(POLL_SECONDS, heard_at, self._now()):
                return
            heard_at = self._now()
            if is_gone(self._store, command.id, self._now(), self._stop.wait):
                raise RunStopped
            self._store.commands.show(command.id, min(0.99, progress), figures)

        try:
            run, state, result = self._runner.run(request, tell)
        except RunStopped:
            self._store.commands.end(command.id, "cancelled", {}, self._now())
            if self._stop.is_set():
                raise
        except PlexSyncError as error:
            self._fail(command, error)
        else:
            self._store.commands.end(command.id, "done", {"run": run, "state": state, **result}, self._now())

    def _fail(self, command: Command, error: PlexSyncError) -> None:
        _log.warning("%s: %s", command.name, error)
        self._store.commands.end(command.id, "failed", {"code": error.code, "data": error.data}, self._now())

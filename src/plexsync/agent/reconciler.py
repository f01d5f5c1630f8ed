"""What asks for reconcile runs: people's commands, starts, changed settings, and the schedule; one run at a time."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from plexsync.agent import census, schedule
from plexsync.agent.path_rules import KEPT
from plexsync.agent.planner import rules_in_force
from plexsync.agent.reconcile import Request
from plexsync.agent.reconcile_run import Runner, Stopped
from plexsync.agent.worker import Shared
from plexsync.core.gaps import GapKind
from plexsync.errors import BadSetting, PlexSyncError
from plexsync.moment import FORMS, read_end, read_moment
from plexsync.settings import Settings
from plexsync.store import Store
from plexsync.store.commands import Command

COMMAND = "reconcile"
NEXT = "reconcile_next"
RULES = "reconciled_rules"
LOOK_SECONDS = 0.5
DEAF_SECONDS = 6.0
PLAN_SECONDS = 5.0
SPANS: Mapping[str, float] = {"24h": 24 * 3600.0, "7d": 7 * 24 * 3600.0}
_log = logging.getLogger("plexsync")


class Reconciler:
    """Starts runs; all of it happens in one thread."""

    def __init__(self, store: Store, shared: Shared, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._shared = shared
        self._around = shared.surroundings
        self._now = now
        self._runner = Runner(store, shared, now)
        self._jitter = random.Random()
        self._version = -1
        self._planned_at = 0.0
        self._failures = 0
        self._retry_at = 0.0
        self._stop = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Serve until told to stop."""
        self._stop = stop
        with suppress(Stopped):
            while not stop.wait(LOOK_SECONDS):
                self.turn()

    def turn(self) -> None:
        """Do whatever is asked for or due."""
        version = self._store.version()
        if version != self._version:
            self._version = version
            while (command := self._store.commands.take(only=(COMMAND,))) is not None:
                self._carry_out(command)
        if self._is_ready() and self._now() >= self._retry_at:
            self._go_on()

    def _is_ready(self) -> bool:
        """Tell whether both servers were seen, so that there is something to compare."""
        return census.is_taken(self._store) and self._store.get(KEPT) is not None

    def _go_on(self) -> None:
        """Do what is due by itself, the most telling first."""
        settings = self._around.settings
        if settings.flag("paused"):
            return
        if self._shared.starts.pending:
            self._after_start()
        elif abs(self._now() - self._planned_at) >= PLAN_SECONDS:  # the clock may be set back
            self._planned_at = self._now()
            self._after_change(settings)
            self._by_schedule(settings)

    def _after_start(self) -> None:
        origin = self._shared.starts.pending
        if self._around.settings.flag("no_startup_reconcile") or self._by_itself(
            range_request("24h", origin, self._now())
        ):
            self._shared.starts.done()

    def _after_change(self, settings: Settings) -> None:
        """Compare what was synced by other rules, once after each change of them."""
        kept, rules = (
            self._store.get(RULES),
            [rules_in_force(self._around), *(" => ".join(p) for p in settings.path_map)],
        )
        if kept is None or (kept != rules and self._by_itself(Request("all", "changed settings", only_synced=True))):
            self._store.put(RULES, rules)

    def _by_schedule(self, settings: Settings) -> None:
        interval = settings.text("reconcile_interval")
        planned = self._store.get(NEXT) or {}
        due = planned.get("at")
        if planned.get("interval") != interval or (
            due is not None and not schedule.is_sane(due, self._now(), interval)
        ):
            self._plan(interval)
        elif due is not None and self._now() >= due:
            try:
                request = configured_request(settings, "schedule", self._now())
            except BadSetting as problem:
                _log.warning("no reconcile by schedule: %s", problem)
                self._plan(interval)
                return
            if self._by_itself(request):
                self._plan(interval)

    def _plan(self, interval: str) -> None:
        self._store.put(NEXT, {"interval": interval, "at": schedule.next_after(self._now(), interval, self._jitter)})

    def _by_itself(self, request: Request) -> bool:
        """Carry out a run nobody waits for; returns False if a server's trouble ended it: it is then tried again."""
        try:
            self._runner.run(request, self._tell_nobody)
        except PlexSyncError as error:
            _log.warning("reconcile (%s): %s", request.origin, error)
            interval = self._around.settings.text("reconcile_interval")
            self._retry_at = schedule.retry_after(self._now(), interval, self._failures)
            self._failures += 1
            return False
        self._failures = 0
        return True

    def _tell_nobody(self, _progress: float, _figures: Mapping[str, Any]) -> None:
        if self._stop.is_set():
            raise Stopped

    def _carry_out(self, command: Command) -> None:
        """Do what a person asked for, as long as somebody waits for it."""
        heard_at = 0.0

        def tell(progress: float, figures: Mapping[str, Any]) -> None:
            nonlocal heard_at
            if self._stop.is_set():
                raise Stopped
            if self._now() - heard_at < LOOK_SECONDS:
                return
            heard_at = self._now()
            heard = self._store.commands.get(command.id)
            if heard is None or self._now() - heard.heard_at > DEAF_SECONDS:
                raise Stopped
            self._store.commands.show(command.id, min(0.99, progress), figures)

        try:
            run, state, result = self._runner.run(
                asked_request(command.arguments, self._around.settings, self._now()), tell
            )
        except Stopped:
            self._store.commands.end(command.id, "cancelled", {}, self._now())
            if self._stop.is_set():
                raise
        except PlexSyncError as error:
            _log.warning("%s: %s", command.name, error)
            self._store.commands.end(command.id, "failed", {"code": error.code, "data": error.data}, self._now())
        else:
            self._store.commands.end(command.id, "done", {"run": run, "state": state, **result}, self._now())


def asked_request(arguments: Mapping[str, Any], settings: Settings, now: float) -> Request:
    """Make the request a command asks for; raises :class:`BadSetting` for a range that is not understood.

    ``scope`` is that of a :class:`Request`, or "settings" for the one the settings name.
    """
    origin, scope = str(arguments["origin"]), str(arguments["scope"])
    if scope == "settings":
        plain = configured_request(settings, origin, now)
    elif scope == "custom" and "from" in arguments:
        plain = custom_request(str(arguments["from"]), str(arguments["to"]), origin, now)
    elif scope == "custom":
        plain = custom_request(settings.text("reconcile_from"), settings.text("reconcile_to"), origin, now)
    else:
        plain = range_request(scope, origin, now)
    kinds = frozenset(GapKind(kind) for kind in arguments.get("kinds", ())) or frozenset(GapKind)
    return Request(
        scope=plain.scope,
        origin=origin,
        since=plain.since,
        until=plain.until,
        kinds=kinds,
        deep=bool(arguments.get("deep")),
        allowed=bool(arguments.get("allowed")),
    )


def configured_request(settings: Settings, origin: str, now: float) -> Request:
    """Make the request the settings name; raises :class:`BadSetting` for a custom range that is none."""
    scope = settings.text("reconcile_scope")
    if scope == "custom":
        return custom_request(settings.text("reconcile_from"), settings.text("reconcile_to"), origin, now)
    return range_request({"7days": "7d"}.get(scope, scope), origin, now)


def range_request(scope: str, origin: str, now: float) -> Request:
    """Make a request for all scenes, or for those of the last 24 hours or 7 days."""
    if scope == "all":
        return Request(scope, origin)
    return Request(scope, origin, since=now - SPANS[scope])


def custom_request(begin: str, end: str, origin: str, now: float) -> Request:
    """Make a request for a range; raises :class:`BadSetting` if an end is not understood or the range is empty."""
    since = _moment("reconcile_from", begin, read_moment, now)
    until = _moment("reconcile_to", end, read_end, now)
    if since is not None and until is not None and since >= until:
        allowed = f"a moment before reconcile_to ({end})"
        raise BadSetting(setting="reconcile_from", value=begin, allowed=allowed, origin="the custom range")
    return Request("custom", origin, since=since, until=until)


def _moment(key: str, text: str, read: Callable[[str, float], float], now: float) -> float | None:
    if not text.strip():
        return None
    try:
        return read(text, now)
    except ValueError:
        raise BadSetting(setting=key, value=text, allowed=FORMS, origin="the custom range") from None

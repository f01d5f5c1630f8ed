"""Waiting until the queue is empty, or until waiting is of no use: a task must not hold Stash's only slot (F22)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexsync.agent.lock import is_held
from plexsync.domain.advice import Advice, explain
from plexsync.domain.errors import SettingsError
from plexsync.domain.phrases import counted, span
from plexsync.runtime.observer.counters import SENT
from plexsync.runtime.settings import read_settings
from plexsync.store import Store
from plexsync.store.files.stash_files import StashFiles
from plexsync.store.jobs import PARKED, State
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.outages import outages
from plexsync.usecases.runs.follow import Show

POLL_SECONDS = 0.5
GRACE_SECONDS = 5.0
SOON_SECONDS = 10.0
NAMED = 5
"""How many of the scenes that are tried again are named."""

OUTAGE_SECONDS = 60.0
PATIENCE = 10
"""So many times as long may nothing move while a batch is under way."""

_A_PERSONS = frozenset(error.code for error in SettingsError.__subclasses__())


@dataclass(frozen=True, slots=True)
class Drained:
    """How waiting for the queue ended.

    ``end`` is "empty", "no_agent", "paused", "outage", "retrying" or "stuck"; ``advice`` says why, None for "empty".
    ``done`` counts the scenes that were brought over in ``seconds``, ``left`` those still to do, ``parked`` those that
    wait for the world to change, ``dead`` those that need a person.
    """

    end: str
    done: int
    left: int
    parked: int
    dead: int
    seconds: float
    advice: Advice | None = None

    @property
    def rate(self) -> float:
        """Scenes per second."""
        return self.done / self.seconds if self.seconds else 0.0


def drain(
    folder: Path,
    *,
    show: Show,
    now: Callable[[], float],
    sleep: Callable[[float], None],
    give_up: float = OUTAGE_SECONDS,
) -> Drained:
    """Wait until nothing is queued nor to be tried again.

    Ends early without an agent, while paused, for a setting only a person can mend, and after a minute of a server's
    outage. It ends too where only scenes are left that wait for another try, and when nothing has moved for ``give_up``
    seconds, ten times as long while a batch is under way.

    ``show`` gets progress (0..1) and done, left, rate (scenes per second) and time_left (seconds).
    """
    with open_store(folder) as store:
        watch = _Watch(store, folder, give_up, now())
        while True:
            watch.count(now())
            reason = watch.reason(now())
            if reason is not None:
                return watch.ended(reason, now())
            show(*watch.progress(now()))
            sleep(POLL_SECONDS)


class _Watch:
    """The queue as it was seen so far."""

    def __init__(self, store: Store, folder: Path, give_up: float, began: float) -> None:
        self._store = store
        self._folder = folder
        self._give_up = give_up
        self._began = self._moved_at = self._agent_at = began
        self._left = self._queued = 0
        self._finished = 0
        self._sent_before: int | None = None
        self._sent = 0
        self._parked = 0
        self._dead = 0
        self._advice: Advice | None = None

    def count(self, now: float) -> None:
        """Count the jobs and the scenes that were sent; a batch leaves the queue only when all of it was read back."""
        counts = self._store.jobs.counts()
        parked = [one for one in counts if one.state is State.WAITING and one.cause in PARKED]
        aside = self._parked + self._dead
        self._parked = sum(one.number for one in parked)
        self._dead = sum(one.number for one in counts if one.state is State.DEAD)
        put_aside = max(0, self._parked + self._dead - aside)
        self._queued = sum(one.number for one in counts if one.state is State.QUEUED)
        left = sum(one.number for one in counts) - self._parked - self._dead
        sent = self._count_sent()
        if left != self._left or sent != self._sent:
            self._moved_at = now
        self._finished += max(0, self._left - left - put_aside)
        self._left, self._sent = left, sent
        if is_held(self._folder):
            self._agent_at = now

    def _count_sent(self) -> int:
        """Return how many scenes Plex has taken since the waiting began; an agent that starts anew counts anew."""
        total = self._store.state.get(AGENT_STATUS, AgentStatus()).counters.get(SENT, 0)
        if self._sent_before is None or total < self._sent_before:
            self._sent_before = total
        return total - self._sent_before

    @property
    def _ahead(self) -> int:
        """How many scenes of the batch that is worked on were sent already, and are still in the queue."""
        return min(self._left, max(0, self._sent - self._finished))

    @property
    def _done(self) -> int:
        return self._finished + self._ahead

    def reason(self, now: float) -> str | None:
        """Say why to end, or None to go on; keeps the advice."""
        self._advice = None
        if not self._left:
            return "empty"
        if now - self._agent_at >= GRACE_SECONDS:
            return self._because("no_agent")
        pause = self._pause(now)
        if pause:
            self._because(pause)
            return "paused"
        if now - self._began >= GRACE_SECONDS and self._is_out(now):
            return "outage"
        if now - self._moved_at >= self._give_up * (PATIENCE if self._is_working else 1):
            return self._because("stuck")
        return self._only_retries(now)

    @property
    def _is_working(self) -> bool:
        """Tell whether a batch is under way: an edit of many items may take minutes."""
        return self._store.state.get(AGENT_STATUS, AgentStatus()).working

    def _pause(self, now: float) -> str:
        """Return the code of what keeps the agent from writing, "" for nothing: Stash has us off, or a person does.

        An agent that has just begun has not asked Stash yet, and what stands there is of the one before it.
        """
        plugin_off = self._store.state.get(AGENT_STATUS, AgentStatus()).plugin_off
        if plugin_off and now - self._began >= GRACE_SECONDS:
            return plugin_off
        settings = read_settings(self._folder, os.environ, StashFiles(self._folder).page)
        return "paused" if settings.flag("paused") else ""

    def _only_retries(self, now: float) -> str | None:
        """Tell whether nothing is left but scenes that wait a while for another try."""
        due = self._store.jobs.next_due_but(PARKED)
        if self._queued or due is None or due - now <= SOON_SECONDS:
            return None
        scenes = self._store.jobs.retried(NAMED)
        named = ", ".join(map(str, scenes)) + (", …" if self._left > len(scenes) else "")
        return self._because("retrying", scenes=counted(self._left, "scene"), ids=named, when=span(due - now))

    def _because(self, code: str, **facts: str) -> str:
        self._advice = explain(code, facts)
        return code

    def _is_out(self, now: float) -> bool:
        for outage in outages(self._store):
            if outage.code in _A_PERSONS or now - outage.since >= OUTAGE_SECONDS:
                self._advice = outage.advice
                return True
        return False

    def progress(self, now: float) -> tuple[float, dict[str, Any]]:
        """Return progress (0..1) and the figures behind it."""
        seconds = now - self._began
        rate = self._done / seconds if seconds else 0.0
        left = self._left - self._ahead
        time_left = left / rate if rate else None
        facts = {"done": self._done, "left": left, "rate": rate, "time_left": time_left}
        return self._done / max(1, self._done + left), facts

    def ended(self, end: str, now: float) -> Drained:
        """Sum up."""
        return Drained(
            end, self._done, self._left - self._ahead, self._parked, self._dead, now - self._began, self._advice
        )

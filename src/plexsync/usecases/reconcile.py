"""Asking the agent for a reconcile, trying one out, and putting what it found into lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from plexsync.domain.advice import Advice, explain
from plexsync.domain.brakes import trip
from plexsync.domain.gaps import GapKind
from plexsync.reconcile.baseline import kept_picture
from plexsync.reconcile.compare import Finding, Reconcile, Request
from plexsync.reconcile.request import asked_request
from plexsync.reconcile.run import Tally, figures_of, summed
from plexsync.reconcile.scheduler import COMMAND
from plexsync.runtime.mass_change import limits
from plexsync.store import Store
from plexsync.usecases.opening import Opened, rehearse
from plexsync.usecases.words import counted

SCOPES = ("all", "24h", "7d", "custom")
FROM_SETTINGS = "settings"
WORDS: Mapping[str, str] = {
    "empty": "empty metadata",
    "stale": "stale sync",
    "missing": "missing from Plex",
    "drift": "drift",
    "orphan": "orphan",
    "ambiguous": "ambiguous",
    "unmapped": "unmapped",
    "duplicate": "duplicate item",
    "tag_case": "tag case",
}
_FIRST = ("empty", "stale", "missing")


def arguments(  # noqa: PLR0913  what a run can be asked for
    scope: str,
    origin: str,
    *,
    begin: str | None = None,
    end: str | None = None,
    kinds: Iterable[str] = (),
    deep: bool = False,
    allowed: bool = False,
) -> dict[str, Any]:
    """Return what a run is asked for with; ``begin`` and ``end`` (as people write moments) go with "custom"."""
    asked: dict[str, Any] = {"scope": scope, "origin": origin, "kinds": list(kinds), "deep": deep, "allowed": allowed}
    if begin is not None or end is not None:
        asked |= {"from": begin or "", "to": end or ""}
    return asked


def ask_reconcile(store: Store, asked: Mapping[str, Any], now: float) -> int:
    """Ask the agent for a run; returns the command's id, to be followed as a sync is."""
    return store.commands.ask(COMMAND, asked, now)


def request_of(opened: Opened, asked: Mapping[str, Any], now: float) -> Request:
    """Return the run that would be carried out; raises :class:`BadSetting` for a range that is not understood."""
    return asked_request(asked, opened.context.settings, now)


class Preview:
    """A run that only looks: nothing is queued, nothing kept, nothing written."""

    def __init__(self, opened: Opened, request: Request) -> None:
        self._opened = opened
        self._request = request
        self._tally = Tally()
        self.result: Mapping[str, Any] = {}

    def findings(self, show: Callable[[float], None]) -> Iterator[Finding]:
        """Yield what a run would find, and sum it up in ``result`` at the end; raises server and settings errors."""
        with rehearse(self._opened) as rehearsal:
            before = kept_picture(rehearsal.store)
            who = rehearsal.index.target.identity().machine_id
            stash, sample = self._opened.context.stash, frozenset(before.sample)
            run = Reconcile(rehearsal.store, stash, rehearsal.index, self._request, sample)
            for finding in run.findings(show):
                self._tally.add(finding)
                yield finding
            figures = figures_of(rehearsal.store, before, who, rehearsal.index, run, self._tally)
        reasons = () if self._request.allowed else trip(figures, limits(self._opened.target.settings))
        brakes = [{"code": reason.code, "data": dict(reason.data)} for reason in reasons]
        self.result = {**summed(self._tally, run), "taking": figures.taking, "linked": figures.linked, "brakes": brakes}


def summary(result: Mapping[str, Any], *, is_preview: bool = False) -> Iterator[str]:
    """Yield what a run found, in a few lines; the first has a fixed form that programs may read."""
    kinds: Mapping[str, int] = result.get("kinds", {})
    yield ", ".join(f"{WORDS[kind]}: {kinds.get(kind, 0)}" for kind in _FIRST)
    yield ", ".join(f"{words}: {kinds.get(kind, 0)}" for kind, words in WORDS.items() if kind not in _FIRST)
    looked = f"of {counted(result.get('scenes', 0), 'scene')} nothing to do: {result.get('nothing_to_do', 0)}"
    if is_preview:
        yield f"{looked}. Preview: nothing was queued."
    elif result.get("brakes"):
        yield f"{looked}; nothing was queued."
    else:
        yield (
            f"queued: {result.get('queued', 0)}, already queued: {result.get('already_queued', 0)}, "
            f"given up before: {result.get('given_up', 0)}, reported only: {result.get('reported', 0)}, {looked}."
        )
    for advice in brakes_in_words(result):
        yield f"{'It would be braked' if is_preview else 'Braked'}: {advice}"


def brakes_in_words(result: Mapping[str, Any]) -> tuple[Advice, ...]:
    """Return why a run was stopped by its brakes, and what to do."""
    return tuple(explain(brake["code"], brake["data"]) for brake in result.get("brakes", ()))


def kind_advice(kind: GapKind) -> Advice:
    """Put a kind of gap into words."""
    return explain(f"gap_{kind.value}", {})

"""Asking the agent for a reconcile, and what it found in a few lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexsync.domain.advice import APART, KIND_WORDS, STOPPED, WOULD_BE_STOPPED, Advice, explain
from plexsync.domain.phrases import counted
from plexsync.store.history.runs import RECONCILE
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.runs.follow import Show, require_agent, result_of

SCOPES = ("all", "24h", "7d", "custom")
FROM_SETTINGS = "settings"
_FIRST = ("empty", "stale", "missing")


@dataclass(frozen=True, slots=True)
class ReconcileRequest:
    """The arguments of a run; ``begin`` and ``end`` (as people write moments) go with the scope "custom"."""

    scope: str
    origin: str
    begin: str | None = None
    end: str | None = None
    kinds: tuple[str, ...] = ()
    deep: bool = False
    allowed: bool = False

    def arguments(self) -> dict[str, object]:
        """Return it as a command carries it."""
        asked: dict[str, object] = {"scope": self.scope, "origin": self.origin, "kinds": list(self.kinds)}
        asked |= {"deep": self.deep, "allowed": self.allowed}
        if self.begin is not None or self.end is not None:
            asked |= {"from": self.begin or "", "to": self.end or ""}
        return asked

    @staticmethod
    def of(arguments: Mapping[str, Any]) -> ReconcileRequest:
        """Read it as a command carries it."""
        return ReconcileRequest(
            scope=arguments["scope"],
            origin=arguments["origin"],
            begin=arguments.get("from"),
            end=arguments.get("to"),
            kinds=tuple(arguments["kinds"]),
            deep=arguments["deep"],
            allowed=arguments["allowed"],
        )


def page_request(  # noqa: PLR0913  one per option
    scope: str, begin: str, end: str, kinds: tuple[str, ...], *, deep: bool = False, allowed: bool = False
) -> ReconcileRequest:
    """Make the request of the page, where a custom range always stands beside its scope."""
    is_range = scope == "custom"
    return ReconcileRequest(
        scope, "page", begin if is_range else None, end if is_range else None, kinds, deep=deep, allowed=allowed
    )


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A run's findings and its jobs; ``figures`` as it keeps them."""

    figures: Mapping[str, Any]

    @property
    def is_braked(self) -> bool:
        """Tell whether a brake stopped it."""
        return bool(self.figures.get("brakes"))

    @property
    def queued(self) -> int:
        """How many scenes it queued."""
        return int(self.figures.get("queued", 0))

    def lines(self) -> tuple[str, ...]:
        """Return it in a few lines."""
        return tuple(summary(self.figures))


def reconcile(
    folder: Path, asked: ReconcileRequest, *, show: Show, now: Callable[[], float], sleep: Callable[[float], None]
) -> Reconciled:
    """Have the agent compare both sides, and wait until it has; raises :class:`Refused`."""
    with open_store(folder) as store:
        require_agent(store)
        command = store.commands.ask(RECONCILE, asked.arguments(), now())
        return Reconciled(result_of(store, command, show=show, now=now, sleep=sleep))


def summary(result: Mapping[str, Any], *, is_preview: bool = False) -> Iterator[str]:
    """Yield what a run found, in a few lines; the first has a fixed form that programs may read."""
    kinds: Mapping[str, int] = result.get("kinds", {})
    yield ", ".join(f"{KIND_WORDS[kind]}: {kinds.get(kind, 0)}" for kind in _FIRST)
    yield ", ".join(f"{words}: {kinds.get(kind, 0)}" for kind, words in KIND_WORDS.items() if kind not in _FIRST)
    looked = f"of {counted(result.get('scenes', 0), 'scene')} nothing to do: {result.get('nothing_to_do', 0)}"
    looked += "".join(f", {words}: {number}" for words, number in _others(result) if number)
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
        yield f"{WOULD_BE_STOPPED if is_preview else STOPPED}: {advice}"
    for example in result.get("examples", ()):
        yield str(explain("brake_example", example))


def _others(result: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield scenes without a gap of a kind that was asked for, by what they are instead."""
    yield "no more than a picture may change", result.get("pictures", 0)
    yield "other kinds of gaps alone", result.get("unasked", 0)
    apart: Mapping[str, int] = result.get("apart", {})
    yield from ((words, apart.get(verdict, 0)) for verdict, words in APART.items())


def brakes_in_words(result: Mapping[str, Any]) -> tuple[Advice, ...]:
    """Return why a run was stopped by its brakes, and what to do."""
    return tuple(explain(brake["code"], brake["data"]) for brake in result.get("brakes", ()))

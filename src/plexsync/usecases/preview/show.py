"""Looking at the kept preview: how it stands, some of its rows, and cancelling it.

Loads nothing of ``state.db``: the page asks for a block of rows with each part that a person scrolls to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from plexsync.agent.lock import AgentLock
from plexsync.domain.advice import Advice, explain
from plexsync.domain.reconcile.preview import Brake, Filter, Loss, PreviewRow
from plexsync.domain.standing.phrase import Sentence
from plexsync.previews.file import opened
from plexsync.previews.head import CANCELLED, FAILED, RUNNING, STARTING, Head
from plexsync.usecases.preview.summary import SCENES, compared

LOCK_NAME = "preview.lock"
START_SECONDS = 45.0
"""A process that was started is given so long until it must have taken the lock."""

NONE = "none"
"""The state where there is no preview."""


@dataclass(frozen=True, slots=True)
class PreviewState:
    """How the kept preview stands.

    ``state`` is none, starting, running, done, cancelled or failed; then ``trouble`` says why. ``scope``, ``begin``,
    ``end``, ``kinds`` and ``deep`` are what was asked for. Times are UTC seconds. ``compared`` of ``total`` scenes are
    judged. The rest is known when it is done: ``became`` counts the ``scenes`` looked at, each once, and ``found`` says
    that in a sentence (``usecases/preview/summary.py``). ``changes`` rows would be written, ``locks`` only locked,
    ``taken_away`` of them lose something. ``kinds_found`` and ``fields`` count rows.
    """

    state: str
    scope: str = ""
    begin: str = ""
    end: str = ""
    kinds: tuple[str, ...] = ()
    deep: bool = False
    asked_at: float = 0.0
    began_at: float = 0.0
    ended_at: float = 0.0
    compared: int = 0
    total: int = 0
    trouble: Advice | None = None
    scenes: int = 0
    became: Mapping[str, int] = field(default_factory=dict)
    found: Sentence = ()
    changes: int = 0
    locks: int = 0
    taken_away: int = 0
    taking: int = 0
    linked: int = 0
    kinds_found: Mapping[str, int] = field(default_factory=dict)
    fields: Mapping[str, int] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()
    brakes: tuple[Brake, ...] = ()

    @property
    def is_under_way(self) -> bool:
        """Tell whether it is being made."""
        return self.state in {STARTING, RUNNING}


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """Some rows of the preview that was asked for at ``asked_at``; ``total`` rows pass the filter."""

    asked_at: float
    total: int
    offset: int
    rows: tuple[PreviewRow, ...]


def preview_state(folder: Path, now: float) -> PreviewState:
    """Say how the kept preview stands; one that the set-up has asked for counts only while it is being made."""
    head, trouble = head_now(folder, now)
    if head is None or (head.is_of_set_up and head.state not in {STARTING, RUNNING}):
        return PreviewState(NONE)
    return _stated(head, trouble)


def head_now(folder: Path, now: float) -> tuple[Head | None, Advice | None]:
    """Return the head of the kept preview, None where there is none, and what has ended it before it was done."""
    head = _head(folder)
    if head is not None and _is_alone(folder, head, now):
        head = _head(folder)  # it may have ended meanwhile
        if head is not None and _is_alone(folder, head, now):
            return replace(head, state=FAILED), explain("preview_ended", {})
    return head, None if head is None else _trouble(head)


def preview_page(folder: Path, wanted: Filter, *, offset: int, limit: int) -> PreviewPage:
    """Return some rows, in the order of the preview."""
    file = opened(folder)
    if file is None:
        return PreviewPage(0.0, 0, offset, ())
    with file:
        head = file.heads.get()
        total, rows = file.rows.page(wanted, offset, limit)
        return PreviewPage(0.0 if head is None else head.asked_at, total, offset, rows)


def cancel_preview(folder: Path, now: float) -> PreviewState:
    """Ask whoever makes the preview to stop; it does within a second, or when the server it asks has answered."""
    file = opened(folder)
    if file is not None:
        with file:
            file.heads.cancel()
    return preview_state(folder, now)


def _head(folder: Path) -> Head | None:
    file = opened(folder)
    if file is None:
        return None
    with file:
        return file.heads.get()


def _is_alone(folder: Path, head: Head, now: float) -> bool:
    """Tell whether it says that it is being made, and nobody makes it."""
    if head.state == STARTING and 0 <= now - head.asked_at < START_SECONDS:
        return False
    return head.state in {STARTING, RUNNING} and not is_being_made(folder)


def is_being_made(folder: Path) -> bool:
    """Tell whether a process makes a preview now."""
    if not (folder / LOCK_NAME).exists():
        return False
    lock = AgentLock(folder, LOCK_NAME)
    is_free = lock.take()
    lock.release()
    return not is_free


def _trouble(head: Head) -> Advice | None:
    if head.state == CANCELLED:
        return explain("preview_cancelled", {})
    return explain(str(head.trouble["code"]), head.trouble["data"]) if head.state == FAILED else None


def _stated(head: Head, trouble: Advice | None) -> PreviewState:
    asked, found = head.request, head.figures
    told = {name: number for name, number in found.items() if name in _NUMBERS}
    return PreviewState(
        state=head.state,
        scope=asked["scope"],
        begin=asked.get("from", ""),
        end=asked.get("to", ""),
        kinds=tuple(asked["kinds"]),
        deep=asked["deep"],
        asked_at=head.asked_at,
        began_at=head.began_at,
        ended_at=head.ended_at,
        compared=head.compared,
        total=head.total,
        trouble=trouble,
        became={became: found[became] for became in SCENES if found.get(became)},
        found=compared(found, head.ended_at - head.began_at) if found else (),
        kinds_found=found.get("kinds", {}),
        fields=found.get("fields", {}),
        losses=tuple(Loss(*loss) for loss in found.get("losses", ())),
        brakes=tuple(_brake(one["code"], one["data"]) for one in found.get("brakes", ())),
        **told,
    )


_NUMBERS = frozenset({"scenes", "changes", "locks", "taken_away", "taking", "linked"})


def _brake(code: str, data: Mapping[str, str]) -> Brake:
    return Brake(code, data, explain(code, data))

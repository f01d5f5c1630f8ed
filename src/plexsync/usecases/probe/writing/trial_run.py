"""Carries out the trials: each is announced, written, read back, and put back before the next one begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from plexsync.domain.errors import Dropped, NoReply
from plexsync.plex.exchange import Exchange
from plexsync.usecases.probe.asker import Asker
from plexsync.usecases.probe.move import ItemViews, Move, MoveResult, Pairs, Trial
from plexsync.usecases.probe.pace import RESERVED_REQUESTS, Spent
from plexsync.usecases.probe.question import Evidence, Inquiry
from plexsync.usecases.probe.saved_item import SavedItem
from plexsync.usecases.probe.writing.edits import Removal, edit, joined, plain, single
from plexsync.usecases.probe.writing.restorer import Learnt, Restorer, Viewer

SESSIONS = Inquiry("trial.sessions", "/status/sessions")
ACTIVITIES = Inquiry("trial.activities", "/activities")
STAMP_SECONDS = 1.2
"""So long after the last write ``updatedAt``, which has whole seconds, moves with the next one."""

LOOKED_SECONDS = 5.0
"""For so long it holds that nobody watches."""

_SETTLES = 0.5


UNSEEN_SECONDS = 10.0

UNLEARNT_REQUESTS = 30
"""As many are needed to take names away as long as no form is known to work: each is tried, and looked for."""

_FORMS: Mapping[str, Removal] = {"names.joined": joined, "names.single": single, "names.plain": plain}


class Unseen(Exception):
    """The server takes edits and shows none of them, so nobody can tell how the item is."""


class Busy(Exception):
    """The server has begun work of its own; the text names it."""


class Watched(Exception):
    """Somebody watches the item, or nobody can tell."""


@dataclass(slots=True)
class TrialRun:
    """Carries out trials on one item; ``seen`` gets the result of each move."""

    asker: Asker
    subject: Mapping[str, str]
    saved: SavedItem
    seen: Evidence
    _looked_in_step: int = field(default=-1, init=False)
    _looked_at: float | None = field(default=None, init=False)
    _written_at: float = field(default=float("-inf"), init=False)
    _is_on_its_way: bool = field(default=False, init=False)
    _has_unseen: bool = field(default=False, init=False)
    _learnt: Learnt = field(default_factory=Learnt, init=False)
    _now: SavedItem = field(init=False)

    def __post_init__(self) -> None:
        self._now = self.saved

    def carry_out(self, trial: Trial) -> None:
        """Do one trial and put the item back; raises as :meth:`carry_out_then`."""
        self.carry_out_then(trial, lambda _viewer: None)

    def carry_out_then(self, trial: Trial, then: Callable[[Viewer], SavedItem | None]) -> None:
        """Do one trial, and more before the item is put back; ``then`` returns the item if it has read it.

        Raises :class:`NotRestored`, :class:`Busy`, :class:`Watched`, :class:`ItemVanished`, :class:`ServerError` and
        OSError.
        """
        lacks = trial.lacks(self.saved) or self._lesson_lacks(trial)
        if lacks:
            self.seen.skipped.update((move.name, lacks) for move in trial.moves)
            return
        try:
            self.asker.pace.reserve(self._need(trial))
            self.look_for_work(trial.step)
            self.look_for_watchers()
        except Spent as spent:
            self.seen.skipped.update((move.name, str(spent)) for move in trial.moves)
            return
        viewer = Viewer(self.asker, self.subject, self._learnt)
        shown: SavedItem | None = None
        try:
            shown = self._moves(trial, viewer)
            shown = then(viewer) or shown
        except Spent as spent:
            self.seen.skipped.update((move.name, str(spent)) for move in trial.moves)
        self.put_back(shown)

    def put_back(self, shown: SavedItem | None = None) -> None:
        """Put the item back as it was saved; ``shown`` is how it is, if it was just read.

        An edit that was not answered may still be on its way: what was read may not show it yet.
        """
        restorer = Restorer(self.asker, self.subject, self.saved, self._learnt)
        self._now = restorer.restore_after_crash() if self._is_on_its_way else restorer.restore(shown)
        self._is_on_its_way = False
        self._written_at = self.asker.pace.clock.now()

    def put_back_unseen(self) -> None:
        """Put back too what was taken and did not show in time; returns at once where there is no such edit."""
        if self._has_unseen:
            self.asker.pace.clock.sleep(UNSEEN_SECONDS)
        self.put_back()

    def put_back_order(self) -> None:
        """Bring the item's lists into the order in which they were; the evidence names those that have another now."""
        restorer = Restorer(self.asker, self.subject, self.saved, self._learnt)
        self.seen.reordered = restorer.restore_order(self._now)

    @property
    def has_unseen(self) -> bool:
        """Whether an edit was taken that did not show in time: it may show later."""
        return self._has_unseen

    def require_seen(self) -> None:
        """Raise :class:`Unseen` where edits were taken and none was ever seen: reading the item proves nothing then."""
        if self._has_unseen and not self._learnt.has_shown:
            raise Unseen

    def look_for_work(self, step: int) -> None:
        """Raise :class:`Busy` where the server does work of its own at the beginning of a step, or does not tell."""
        if step == self._looked_in_step:
            return
        found = self._asked(ACTIVITIES, is_first=self._looked_in_step < 0)
        going_on = {str(row.get("type")) for row in found.container.get("Activity") or ()}
        if going_on or not found.is_well:
            raise Busy(", ".join(sorted(going_on)) or f"the answer was {found.status}")
        self._looked_in_step = step
        self._looked_at = None

    def look_for_watchers(self) -> None:
        """Raise :class:`Watched` unless the server says, or has just said, that nobody plays the item."""
        now = self.asker.pace.clock.now()
        if self._looked_at is not None and now - self._looked_at < LOOKED_SECONDS:
            return
        found = self._asked(SESSIONS, is_first=not self.seen.has_written)
        self._looked_at = now
        played = {str(row.get("ratingKey")) for row in found.rows}
        if not found.is_well or self.saved.rating_key in played:
            raise Watched

    def _asked(self, inquiry: Inquiry, *, is_first: bool) -> Exchange:
        """Ask what goes on; before the first write the reading part has just asked the same."""
        just_read = self.seen.exchanges.get(inquiry.name.removeprefix("trial.")) if is_first else None
        return just_read or self.asker.ask(inquiry, self.subject)

    def _need(self, trial: Trial) -> int:
        """Return how many requests putting the item back after a trial may take."""
        return UNLEARNT_REQUESTS if trial.adds_names and not self._learnt.has_removed else RESERVED_REQUESTS

    def _lesson_lacks(self, trial: Trial) -> str:
        """Leave the actors alone on a server whose lists are replaced: roles might not come back."""
        if trial.name != "actor":
            return ""
        added = self.seen.moves.get("names.add")
        kept = added is not None and set(added.before.names("genre")) <= set(added.after.names("genre"))
        return "" if kept and added is not None and added.shows else "names are not known to be added to others"

    def _moves(self, trial: Trial, viewer: Viewer) -> SavedItem:
        """Make the moves; returns the item as the last one left it."""
        now = self._now
        for move in trial.moves:
            pairs = move.make(ItemViews(self.saved, now, now))
            if not pairs:
                self.seen.skipped[move.name] = "it was not needed"
                continue
            result = self._move(move, pairs, now, viewer)
            self.seen.moves[move.name] = result
            now = result.after
            if result.shows and move.name in _FORMS:
                self._learnt.worked(_FORMS[move.name])
            if move.is_vital and not result.shows:
                rest = trial.moves[trial.moves.index(move) + 1 :]
                self.seen.skipped.update((one.name, "the step before it came to nothing") for one in rest)
                break
        return now

    def _move(self, move: Move, pairs: Pairs, before: SavedItem, viewer: Viewer) -> MoveResult:
        clock = self.asker.pace.clock
        if move.stamps:
            clock.sleep(max(0.0, self._written_at + STAMP_SECONDS - clock.now()))
        inquiry, values = edit(move.name, pairs, in_body=move.in_body)
        began = clock.now()
        found = self._sent(inquiry, values)
        self._written_at = clock.now()
        self.seen.has_written = True
        if found is not None and not found.is_well:
            return MoveResult(found, before, before, shows=False, seconds=found.seconds)
        if move.settles:
            clock.sleep(max(_SETTLES, 2 * viewer.learnt.lag))
            after = viewer.read()
            shows = move.shows(ItemViews(self.saved, before, after))
            return MoveResult(found, before, after, shows, clock.now() - began)
        after, shows = viewer.read_until(lambda now: move.shows(ItemViews(self.saved, before, now)))
        self._has_unseen |= not shows
        return MoveResult(found, before, after, shows, clock.now() - began)

    def _sent(self, inquiry: Inquiry, values: Mapping[str, str]) -> Exchange | None:
        """Send an edit; None where the server hung up on it, as on a request that is too long."""
        self._is_on_its_way = True
        try:
            found = self.asker.ask(inquiry, {**self.subject, **values})
        except Spent:
            self._is_on_its_way = False
            raise
        except (Dropped, NoReply):
            if not inquiry.name.startswith("length."):
                raise
            return None
        self._is_on_its_way = False
        return found

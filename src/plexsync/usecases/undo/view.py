"""An undo as a person sees it beforehand: line by line, as a whole, or a part of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from plexsync.domain.advice import Advice
from plexsync.domain.model import Value
from plexsync.store.history.undo import UndoRow


@dataclass(frozen=True, slots=True)
class UndoLine:
    """One field of one item: what Plex shows ``now`` and ``then``, whether it goes back, and why.

    ``code`` and ``advice`` tell the reason, ``notes`` what else is to be known.
    """

    scene_id: int
    title: str
    rating_key: str
    field: str
    now: Value
    then: Value
    goes: bool
    code: str
    advice: Advice
    notes: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """The effect of an undo: ``run`` is the one that goes back, and 0 for a lift."""

    run: int
    lines: tuple[UndoLine, ...]

    @property
    def scenes(self) -> int:
        """How many scenes it is about."""
        return len({line.scene_id for line in self.lines})

    @property
    def going(self) -> int:
        """In how many scenes something goes back."""
        return len({line.scene_id for line in self.lines if line.goes})

    @property
    def staying(self) -> int:
        """In how many scenes something stays as it is."""
        return len({line.scene_id for line in self.lines if not line.goes})

    def reasons(self) -> tuple[tuple[int, Advice], ...]:
        """Return why fields stay, each reason with its number of fields; the most frequent first."""
        counts = Counter(line.code for line in self.lines if not line.goes)
        words = {line.code: line.advice for line in self.lines}
        return tuple((number, words[code]) for code, number in counts.most_common())


@dataclass(frozen=True, slots=True)
class UndoBlock:
    """A part of a preview: so many scenes of it, how many go back and stay, and some lines of each kind.

    ``cursor`` is that of the next part, 0 at the end.
    """

    scenes: int
    going: int
    staying: int
    going_lines: tuple[UndoLine, ...]
    staying_lines: tuple[UndoLine, ...]
    cursor: int


def told(row: UndoRow) -> dict[str, str]:
    """Return the facts of a row for its sentence."""
    return {"scene": str(row.scene_id), **row.detail}

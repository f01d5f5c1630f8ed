"""The rows of a preview, each about one field of one item, and the sum of what would be lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plexsync.domain.advice import Advice
from plexsync.domain.model import place_of


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """The fate of one field.

    ``field`` is "" for what is found about the scene as a whole; ``before`` then says it. Texts are ``before`` and
    ``after``, cut; of a list only what changes is named, and ``stay`` counts the other names. ``kind`` is a kind of
    gap, ``code`` the code of the reason, and ``why`` says it in a few words.
    """

    scene_id: int
    title: str
    rating_key: str
    library: str
    field: str
    kind: str
    code: str
    why: str
    before: str = ""
    after: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    stay: int = 0
    takes: bool = False

    @property
    def rank(self) -> int:
        """Its place among the rows of its scene."""
        return place_of(self.field)

    @property
    def said(self) -> str:
        """All that a search looks at."""
        return "\n".join((self.title, self.before, self.after, *self.added, *self.removed))


@dataclass(frozen=True, slots=True)
class Filter:
    """The rows to see: of one ``kind`` of gap, one ``field``, with a ``text`` in them; "" leaves all.

    Rows of locks alone are seen with ``only_locked``, and no others. With ``taken_away`` only rows that take
    something away are.
    """

    kind: str = ""
    field: str = ""
    text: str = ""
    taken_away: bool = False
    only_locked: bool = False


@dataclass(frozen=True, slots=True)
class Loss:
    """How many items lose something in a field; ``all`` tells that nothing is left there."""

    field: str
    all: bool
    items: int


@dataclass(frozen=True, slots=True)
class Brake:
    """A reason that would stop the run: code and data for programs, and the words."""

    code: str
    data: Mapping[str, str]
    advice: Advice

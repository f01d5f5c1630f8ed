"""The nouns of the probe: what is asked, by which request, what came of it, and how that is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from plexsync.plex.exchange import Ask, Exchange
from plexsync.usecases.probe.listening import Heard
from plexsync.usecases.probe.move import MoveResult
from plexsync.usecases.probe.saved_item import SavedItem


class Judgement(str, Enum):
    """Whether a server does what PlexSync takes for granted."""

    AS_ASSUMED = "as assumed"
    OTHERWISE = "otherwise"
    NOT_TRIED = "not tried"


class NotTold(Exception):
    """The evidence does not answer a question; the text says why."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One request of the table: templates in braces are filled with what it is asked about.

    ``query`` holds names and values that are not encoded yet, and so does ``form``, which is sent in place of ``body``.
    ``headers`` stand in place of the client's own; "" sends none of that name.
    """

    name: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: tuple[tuple[str, str], ...] = ()

    def filled(self, subject: Mapping[str, str], encode: Callable[[Mapping[str, str]], str]) -> Ask:
        """Return the request about a subject; KeyError names what the subject lacks."""
        query, form = (encode(_told(of, subject)) for of in (self.query, self.form))
        return Ask(self.method, self.path.format_map(subject), query, form.encode() or self.body, self.headers)

    def told(self, subject: Mapping[str, str]) -> Mapping[str, str]:
        """Return the parameters of the form, or else of the query; KeyError names what the subject lacks."""
        return _told(self.form or self.query, subject)


def _told(of: Iterable[tuple[str, str]], subject: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value.format_map(subject) for name, value in of}


@dataclass(slots=True)
class Evidence:
    """The answers to the requests so far, by their names, and why others were not sent."""

    exchanges: dict[str, Exchange] = field(default_factory=dict)
    heard: dict[str, Heard] = field(default_factory=dict)
    moves: dict[str, MoveResult] = field(default_factory=dict)
    views: dict[str, SavedItem] = field(default_factory=dict)
    has_written: bool = False
    reordered: tuple[str, ...] = ()
    skipped: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> Exchange:
        """Return an exchange; raises :class:`NotTold` where there was none."""
        if name not in self.exchanges:
            raise NotTold(self.skipped.get(name, "the probe did not come so far"))
        return self.exchanges[name]

    def well(self, name: str) -> Exchange:
        """Return an exchange that ended well; raises :class:`NotTold` for any other."""
        found = self.of(name)
        if not found.is_well:
            raise NotTold(f"the answer was {found.status}")
        return found


Judge = Callable[[Evidence], str]
"""Says in a few fixed words what was found; raises :class:`NotTold` and whatever reading a strange answer raises."""


@dataclass(frozen=True, slots=True)
class ProbeQuestion:
    """One question: ``assumed`` are the findings that PlexSync takes for granted.

    ``then`` says what PlexSync does where the finding is another one.
    """

    name: str
    step: int
    text: str
    judge: Judge
    assumed: tuple[str, ...]
    then: str = ""


@dataclass(frozen=True, slots=True)
class ProbeAnswer:
    """A question answered: ``found`` in a few fixed words, or why it was not tried; ``then`` only if otherwise."""

    name: str
    step: int
    text: str
    judgement: Judgement
    found: str
    then: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return {**asdict(self), "judgement": self.judgement.value}

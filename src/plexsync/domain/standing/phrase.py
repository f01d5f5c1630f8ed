"""A sentence in phrases, so that the page can write numbers and times as its reader does, and link them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plexsync.domain.phrases import moment, span

DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a sentence: a text, a number, or the moment ``at`` (UTC seconds).

    A page writes numbers and moments in its reader's way; ``text`` is what is written else. ``link`` names the view of
    the page that lists what is counted, "" for none. Nothing of it changes as time goes by.
    """

    text: str
    number: int | None = None
    at: float | None = None
    link: str = ""


Sentence = tuple[Phrase, ...]


def sentence(*parts: str | Phrase) -> Sentence:
    """Put words and phrases together; empty words are left out."""
    phrases = (Phrase(part) if isinstance(part, str) else part for part in parts)
    return tuple(phrase for phrase in phrases if phrase.text)


def spoken(said: Sentence, now: float) -> str:
    """Return a sentence as the command line writes it."""
    return "".join(phrase.text if phrase.at is None else _spoken_moment(phrase.at, now) for phrase in said)


def number(value: int, link: str = "") -> Phrase:
    """Return a number that is linked to a view."""
    return Phrase(f"{value:,}", number=value, link=link)


def counted_scenes(value: int, link: str = "") -> Sentence:
    """Return "1 scene" or "5 scenes"."""
    return (number(value, link), Phrase(" scene" if value == 1 else " scenes"))


def listed(parts: Iterable[Sentence]) -> Sentence:
    """Join parts of a sentence by commas."""
    return tuple(phrase for part in parts for phrase in (Phrase(", "), *part))[1:]


def when(at: float) -> Phrase:
    """Return a moment, past or to come."""
    return Phrase(f"at {moment(at)}", at=at)


def verb(value: int, one: str, many: str) -> str:
    """Return the form of a verb that goes with a number."""
    return one if value == 1 else many


def _spoken_moment(at: float, now: float) -> str:
    away = abs(now - at)
    if away >= DAY:
        return f"at {moment(at)}"
    return f"{span(away)} ago" if at <= now else f"in {span(away)}"

"""Every code in words: what it means, and what to do next.

The one place where the codes of errors, links, field decisions, jobs and runs become sentences for people. Texts name
their data in braces; what an explanation lacks is replaced by general words, never by a blank. ``docs/troubles.md``
lists them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plexsync.domain.advice.agent import STATES
from plexsync.domain.advice.brakes import BRAKES, STOPPED, WOULD_BE_STOPPED
from plexsync.domain.advice.causes import APART, CAUSES, LANE_MEANINGS, LANE_NAMES, SCOPE_WORDS, became_words
from plexsync.domain.advice.commands import COMMANDS
from plexsync.domain.advice.errors import ERRORS
from plexsync.domain.advice.general import GENERAL, PATH_MAP_HINT
from plexsync.domain.advice.scenes.gaps import GAPS, KIND_WORDS
from plexsync.domain.advice.scenes.needs_you import NEEDS, TITLES
from plexsync.domain.advice.scenes.pictures import PICTURES
from plexsync.domain.advice.scenes.scene import FIELDS, PARKED, PATH_MAP, REASONS
from plexsync.domain.advice.scenes.undo import UNDO
from plexsync.domain.advice.servers.capabilities import CAPABILITIES
from plexsync.domain.advice.servers.check import CHECK
from plexsync.domain.advice.servers.probe import PROBE
from plexsync.domain.advice.servers.setup import SETUP
from plexsync.domain.errors import PlexSyncError

__all__ = [
    "APART",
    "CAUSES",
    "GROUPS",
    "KIND_WORDS",
    "LANE_MEANINGS",
    "LANE_NAMES",
    "PATH_MAP_HINT",
    "SCOPE_WORDS",
    "STOPPED",
    "TITLES",
    "WORDS",
    "WOULD_BE_STOPPED",
    "Advice",
    "became_words",
    "explain",
    "explain_error",
]

LONGEST_FACT = 600
"""Of a longer value a sentence has the beginning: some settings take files full of text."""

_SERVERS = {"plex": "Plex", "stash": "Stash"}

GROUPS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Servers, settings and the data folder": ERRORS,
    "A scene that waits": PARKED,
    "What needs a person": NEEDS,
    "Where a scene's files are": {**REASONS, **PATH_MAP},
    "What becomes of a field": FIELDS,
    "What becomes of a poster or art": PICTURES,
    "What a reconcile finds": GAPS,
    "What holds a run": BRAKES,
    "What a Plex server does with edits": CAPABILITIES,
    "The agent and what it was asked for": STATES,
    "What the health check says": CHECK,
    "What commands and tasks answer": COMMANDS,
    "Undo": UNDO,
    "The probe": PROBE,
    "Sign-in and set-up": SETUP,
}
"""All sentences by code, in the groups in which the docs list them."""

WORDS: Mapping[str, tuple[str, str]] = {code: words for group in GROUPS.values() for code, words in group.items()}


@dataclass(frozen=True, slots=True)
class Advice:
    """The trouble in one sentence, and the next step in another, "" where there is nothing to do."""

    text: str
    next_step: str

    def __str__(self) -> str:
        """Put both into one line."""
        return f"{self.text} {self.next_step}".strip()


class _Data(dict[str, str]):
    """Data of an explanation; what is missing becomes general words."""

    def __missing__(self, name: str) -> str:
        return GENERAL.get(name, "?")


def explain(code: str, data: Mapping[str, str]) -> Advice:
    """Turn a code and its data into words; an unknown code gets words that say so."""
    variants = (f"{code}.{data[fact]}" for fact in ("because", "server", "status", "fields") if fact in data)
    text, next_step = next((WORDS[name] for name in (*variants, code) if name in WORDS), WORDS["unknown"])
    facts = _Data({**{name: _cut(value) for name, value in data.items()}, "code": code})
    if "server" in data:
        facts["server"] = _SERVERS.get(data["server"], data["server"])
    return Advice(text.format_map(facts), next_step.format_map(facts))


def _cut(value: str) -> str:
    return value if len(value) <= LONGEST_FACT else f"{value[: LONGEST_FACT - 1]}…"


def explain_error(error: PlexSyncError) -> Advice:
    """Turn an error into words."""
    return explain(error.code, error.data)

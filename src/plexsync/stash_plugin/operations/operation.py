"""An operation: what the page can ask for, as a row of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, NoReturn, TypeVar

from plexsync.stash_plugin.argument import Argument, Given

Answer_co = TypeVar("Answer_co", covariant=True)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One request of the page: where PlexSync's data is, the clock, and the checked arguments.

    Each of the methods returns an argument of one kind by its name; raises TypeError if the table says another kind.
    """

    folder: Path
    plugin_dir: Path
    now: Callable[[], float]
    arguments: Mapping[str, Given]

    def text(self, name: str) -> str:
        """Return a text or a choice."""
        value = self.arguments[name]
        return value if isinstance(value, str) else _refuse(name)

    def text_or_none(self, name: str) -> str | None:
        """Return a text or a choice, None if it was left out."""
        return None if self.arguments[name] is None else self.text(name)

    def number(self, name: str) -> int:
        """Return a whole number."""
        value = self.arguments[name]
        return value if isinstance(value, int) else _refuse(name)

    def flag(self, name: str) -> bool:
        """Return a yes or no."""
        value = self.arguments[name]
        return value if isinstance(value, bool) else _refuse(name)

    def numbers(self, name: str) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        value = self.arguments[name]
        return tuple(int(one) for one in value) if isinstance(value, tuple) else _refuse(name)

    def words(self, name: str) -> tuple[str, ...]:
        """Return a list of choices."""
        value = self.arguments[name]
        return tuple(str(one) for one in value) if isinstance(value, tuple) else _refuse(name)


@dataclass(frozen=True, slots=True)
class Operation(Generic[Answer_co]):
    """One thing that the page can ask for.

    ``twin`` is the command that does the same, without arguments. ``answer`` is a frozen dataclass; the page gets its
    fields as JSON. ``ask`` calls one use case; it raises ``Refused`` or an error of ours, and the page shows its words.
    One that ``changes`` how things stand makes the kept overview an old one. The page's own code gets only types of
    those that are ``is_for_page``; others are there for whoever writes against PlexSync.
    """

    name: str
    help: str
    twin: str
    answer: type[Answer_co]
    ask: Callable[[PageRequest], Answer_co]
    arguments: tuple[Argument, ...] = ()
    changes: bool = False
    is_for_page: bool = True


def _refuse(name: str) -> NoReturn:
    raise TypeError(name)

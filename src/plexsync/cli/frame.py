"""What every command works in: the data folder, where to write, and in which form."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.text import Text

from plexsync.domain.advice import Advice, explain
from plexsync.domain.errors import PlexSyncError, Scope, StateDamaged
from plexsync.store import Store
from plexsync.usecases.words import short

Command = TypeVar("Command", bound=Callable[..., Any])


class Code(IntEnum):
    """What a command's exit code means."""

    OK = 0
    DIFFERS = 1
    USAGE = 2
    AGENT = 3
    SETTINGS = 4
    SERVER = 5
    FOLDER = 6
    FAILED = 7
    INTERRUPTED = 130


class Failure(Exception):
    """A command cannot go on: why, what to do, and the exit code; ``name`` is for programs."""

    def __init__(self, name: str, advice: Advice, code: Code) -> None:
        super().__init__(advice.text)
        self.name = name
        self.advice = advice
        self.code = code


@dataclass(slots=True)
class Frame:
    """The surroundings of one command.

    ``out`` carries the answer and nothing else; errors and progress go to ``err``. With ``as_json`` the answer is one
    JSON document, an error included.
    """

    folder: Path
    as_json: bool
    out: Console
    err: Console

    def say(self, text: str, style: str = "", indent: int = 0) -> None:
        """Write a paragraph of the answer; where it goes to a file or a program, its line is not broken."""
        self._write(self.out, text, style, indent)

    def tell(self, text: str, style: str = "") -> None:
        """Write something beside the answer, for the person who waits; not with JSON."""
        if not self.as_json:
            self._write(self.err, text, style, 0)

    def document(self, document: Mapping[str, Any]) -> None:
        """Write the answer as JSON."""
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")

    @staticmethod
    def _write(console: Console, text: str, style: str, indent: int) -> None:
        margin = " " * indent
        if not console.is_terminal:
            console.print(Text(margin + text, style=style), soft_wrap=True)
            return
        for line in Text(text, style=style).wrap(console, max(20, console.width - indent)):
            line.rstrip()
            console.print(Text(margin) + line, soft_wrap=True)

    def require_folder(self) -> Path:
        """Return the data folder, which must exist."""
        if not self.folder.is_dir():
            text = f"There is no data folder {self.folder}."
            step = (
                "Name it with --data: the plugin keeps it beside Stash's config.yml. For an agent without the plugin, "
                "begin with `plexsync config set plex_url ADDRESS`."
            )
            raise Failure("no_folder", Advice(text, step), Code.FOLDER)
        return self.folder

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the data folder's store, which must exist, and close it afterwards."""
        store = Store(self.require_folder())
        try:
            yield store
        finally:
            store.close()


def code_of(name: str) -> Code:
    """Return the exit code for an error's or an outcome's code."""
    if name in {"no_agent", "agent_silent", "agent_ended"}:
        return Code.AGENT
    if name == StateDamaged.code:
        return Code.FOLDER
    scopes = {kind.code: kind.scope for scope in PlexSyncError.__subclasses__() for kind in scope.__subclasses__()}
    return {Scope.SETTINGS: Code.SETTINGS, Scope.SERVER: Code.SERVER}.get(scopes.get(name, Scope.ITEM), Code.DIFFERS)


def failure(name: str, data: Mapping[str, str]) -> Failure:
    """Make a failure of an error's or an outcome's code and data."""
    return Failure(name, explain(name, data), code_of(name))


def json_option(command: Command) -> Command:
    """Give a command its ``--json``; :func:`plexsync.cli.main.main` has read it before, for errors of usage too."""
    return click.option("--json", is_flag=True, expose_value=False, help="Answer with one JSON document.")(command)


def shown(value: str | Sequence[str], length: int = 160) -> str:
    """Return a field's value for a table."""
    text = value if isinstance(value, str) else "; ".join(value)
    return short(text, length) or "(nothing)"

"""The frame of every command: the data folder, where to write, and in which form."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TextIO, TypeVar

import click

from plexsync.domain.advice import Advice, explain
from plexsync.domain.errors import FolderUnusable, PlexSyncError, Scope, StateDamaged
from plexsync.domain.phrases import short

Command = TypeVar("Command", bound=Callable[..., object])
_NARROWEST = 20
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters by which a title could move the cursor or recolour a terminal."""


class Code(IntEnum):
    """The meaning of a command's exit code."""

    OK = 0
    DIFFERS = 1
    USAGE = 2
    AGENT = 3
    SETTINGS = 4
    SERVER = 5
    FOLDER = 6
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
    """One command's data folder and form of answer.

    The answer goes to standard output and nothing else does; errors and progress go to standard error. With ``as_json``
    the answer is one JSON document, an error included.
    """

    folder: Path
    as_json: bool

    def say(self, text: str, style: str = "", indent: int = 0) -> None:
        """Write a paragraph of the answer; where it goes to a file or a program, its line is not broken."""
        _write(sys.stdout, text, style, indent)

    def tell(self, text: str, style: str = "") -> None:
        """Write something beside the answer, for the person who waits; not with JSON."""
        if not self.as_json:
            _write(sys.stderr, text, style, 0)

    def document(self, document: Mapping[str, object]) -> None:
        """Write the answer as JSON."""
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        sys.stdout.flush()

    def confirm(self, question: str) -> None:
        """Ask before something that cannot be taken back; ends the command where the answer is no, or nobody is there.

        Such a command has an option ``--yes``.
        """
        if self.as_json or not sys.stdin.isatty():
            raise click.UsageError("Nobody can be asked here: add --yes.")
        click.confirm(question, abort=True, err=True)

    def require_folder(self) -> Path:
        """Return the data folder, which must exist."""
        if not self.folder.is_dir():
            raise Failure("no_folder", explain("no_folder", {"path": str(self.folder)}), Code.FOLDER)
        return self.folder


def _write(stream: TextIO, text: str, style: str, indent: int) -> None:
    margin, clean = " " * indent, _CONTROL.sub("", text)
    if stream.isatty():
        width = max(_NARROWEST, shutil.get_terminal_size().columns - indent)
        lines = [_styled(line, style) for paragraph in clean.split("\n") for line in _wrapped(paragraph, width)]
    else:
        lines = [clean]
    stream.write("".join(f"{margin}{line}\n" for line in lines))
    stream.flush()


def _wrapped(paragraph: str, width: int) -> list[str]:
    return textwrap.wrap(paragraph, width, break_on_hyphens=False) or [""]


def _styled(line: str, style: str) -> str:
    words = style.split()
    if not words or os.environ.get("NO_COLOR"):
        return line
    colour = next((word for word in words if word not in {"bold", "dim"}), None)
    return click.style(line, fg=colour, bold="bold" in words or None, dim="dim" in words or None)


def code_of(name: str) -> Code:
    """Return the exit code for an error's or an outcome's code."""
    if name in {"no_agent", "agent_silent", "agent_ended", "other_agent"}:
        return Code.AGENT
    if name in {StateDamaged.code, FolderUnusable.code}:
        return Code.FOLDER
    scopes = {kind.code: kind.scope for scope in PlexSyncError.__subclasses__() for kind in scope.__subclasses__()}
    return {Scope.SETTINGS: Code.SETTINGS, Scope.SERVER: Code.SERVER}.get(scopes.get(name, Scope.ITEM), Code.DIFFERS)


def json_option(command: Command) -> Command:
    """Give a command its ``--json``; :func:`plexsync.cli.main.main` has read it before, for errors of usage too."""
    return click.option("--json", is_flag=True, expose_value=False, help="Answer with one JSON document.")(command)


def shown(value: str | Sequence[str], length: int = 160) -> str:
    """Return a field's value for a table."""
    text = value if isinstance(value, str) else "; ".join(value)
    return short(text, length) or "(nothing)"

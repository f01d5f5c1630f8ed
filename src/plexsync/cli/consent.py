"""Asks the person at the terminal, where a command needs a yes before it goes on."""

from __future__ import annotations

import sys

import click

from plexsync.cli.frame import Code, Failure, Frame
from plexsync.domain.advice import Advice


def require_asking(frame: Frame, *, agreed: bool) -> None:
    """Raise :class:`Failure` where a program reads the answer and ``--yes`` was not given."""
    if not agreed and frame.as_json:
        raise Failure("usage", Advice("With --json nobody can be asked.", "Give --yes as well."), Code.USAGE)


def agree(question: str) -> bool:
    """Ask the person; raises :class:`Failure` where nobody sits there to answer."""
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise  # a Ctrl-C
        raise Failure("usage", Advice("Nobody answered.", "Give --yes as well."), Code.USAGE) from None

"""The meaning of SQLite's own errors, by their words: Python 3.10 does not tell their codes."""

from __future__ import annotations

import sqlite3

_DAMAGE = ("malformed", "file is not a database")
_NO_USE = ("disk is full", "readonly database", "disk i/o error", "unable to open database", "database is locked")


def is_damage(problem: BaseException) -> bool:
    """Tell whether an error says that ``state.db`` itself is damaged."""
    return isinstance(problem, sqlite3.DatabaseError) and any(words in str(problem) for words in _DAMAGE)


def is_locked(problem: BaseException) -> bool:
    """Tell whether an error says that another connection writes for longer than was waited."""
    return isinstance(problem, sqlite3.OperationalError) and "is locked" in str(problem)


def is_passing(problem: BaseException) -> bool:
    """Tell whether an error says that the data folder cannot be used just now, and may be later."""
    if isinstance(problem, sqlite3.Error):
        return any(words in str(problem).lower() for words in _NO_USE)
    return False

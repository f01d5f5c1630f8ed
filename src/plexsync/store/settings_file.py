"""``settings.toml`` in the data folder: what a person set by page, command line or editor; comments survive."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import ParseError, TOMLKitError

from plexsync.errors import BadSetting


class SettingsFile:
    """The file, read anew each time; written whole to a neighbour and moved into place, 0600."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "settings.toml"

    def read(self) -> dict[str, Any]:
        """Return its values; an absent file has none.

        Raises:
            BadSetting: it is no TOML.

        """
        return self._document().unwrap()

    def _document(self) -> tomlkit.TOMLDocument:
        try:
            return tomlkit.parse(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return tomlkit.document()
        except (TOMLKitError, UnicodeDecodeError) as problem:
            # Not its own words: they may quote a line, and with it a token.
            raise BadSetting(
                setting="settings.toml",
                value=_place(problem),
                allowed='TOML, like plex_url = "http://…"',
                origin=str(self.path),
            ) from None

    def set(self, key: str, value: object) -> None:
        """Set one value, or remove it if it is None."""
        document = self._document()
        if value is None:
            document.pop(key, None)
        else:
            document[key] = value
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.path.with_name("settings.toml.new")
        fresh.unlink(missing_ok=True)  # one left behind would keep its own mode
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(tomlkit.dumps(document))
        fresh.replace(self.path)


def _place(problem: Exception) -> str:
    return f"line {problem.line}, column {problem.col}" if isinstance(problem, ParseError) else type(problem).__name__

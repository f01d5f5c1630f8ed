"""``settings.toml`` in the data folder: what a person set by page, command line or editor; comments survive."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import tomlkit
from tomlkit.exceptions import ParseError, TOMLKitError

from plexsync.domain.errors import BadSetting, SettingsUnreadable
from plexsync.store.files import private_file


class SettingsFile:
    """The file, read anew each time; 0600, also where an editor has made it otherwise."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "settings.toml"

    def read(self) -> dict[str, object]:
        """Return its values; an absent file has none.

        Raises:
            SettingsUnreadable: it is a folder, or belongs to somebody else.
            BadSetting: it is no TOML.

        """
        return self._document().unwrap()

    def _document(self) -> tomlkit.TOMLDocument:
        private_file.close(self.path)
        try:
            return tomlkit.parse(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return tomlkit.document()
        except OSError as problem:
            facts = {"path": str(self.path), "detail": problem.strerror or "no reason given"}
            raise SettingsUnreadable(setting="settings.toml", **facts) from problem
        except (TOMLKitError, UnicodeDecodeError) as problem:
            # Not its own words: they may quote a line, and with it a token.
            raise BadSetting(
                setting="settings.toml",
                value=_place(problem),
                allowed='TOML, like plex_url = "http://…"',
                origin=str(self.path),
            ) from None

    def set(self, key: str, value: object) -> None:
        """Set one value, or remove it if it is None; raises :class:`WouldLockOut` and what :meth:`read` raises."""
        self.set_all({key: value})

    def set_all(self, values: Mapping[str, object]) -> None:
        """Set several values at once, or none of them; raises as :meth:`set`."""
        document = self._document()
        for key, value in values.items():
            if value is None:
                document.pop(key, None)
            else:
                document[key] = value
        private_file.write(self.path, tomlkit.dumps(document))


def _place(problem: Exception) -> str:
    return f"line {problem.line}, column {problem.col}" if isinstance(problem, ParseError) else "it is no UTF-8 text"

"""``settings.toml`` in the data folder: what a person set by page, command line or editor; comments survive.

A copy of what it said last lies beside it. A file that is gone or empty is an accident: a library that was not chosen
would be written to, and paths would be guessed. So the copy stays in force until the file is back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import tomlkit
from tomlkit.exceptions import ParseError, TOMLKitError

from plexsync.domain.errors import BadSetting, SettingsGone, SettingsUnreadable
from plexsync.store.files import file_lock, private_file

_NOTHING_SET = "# Nothing is set: every setting has its default.\n"
MOST_TRIES = 3


class SettingsFile:
    """The file, read anew each time; 0600, also where an editor has made it otherwise."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "settings.toml"
        self._copy = folder / "settings.toml.last"
        self._lock = folder / "settings.lock"

    def gone(self) -> SettingsGone | None:
        """Return the trouble where it is gone or empty, and its copy is in force."""
        is_there = self.path.exists() and self.path.stat().st_size
        return None if is_there or not self._kept() else SettingsGone(setting="settings.toml", path=str(self.path))

    def read(self) -> dict[str, object]:
        """Return its values; of one that is gone, those of its copy. A file that never was has none.

        Raises:
            SettingsUnreadable: it is a folder, or belongs to somebody else.
            BadSetting: it is no TOML.

        """
        return self._document().unwrap()

    def keep(self) -> None:
        """Keep a copy of what it says, if it can be read and says anything; a full disk keeps the one before."""
        with suppress(OSError, UnicodeDecodeError, BadSetting):
            text = self.path.read_text(encoding="utf-8")
            if text and text != self._kept():
                self._parsed(text, self.path)
                private_file.write(self._copy, text)

    def _kept(self) -> str:
        try:
            return self._copy.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def _document(self) -> tomlkit.TOMLDocument:
        private_file.close(self.path)
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            text = ""
        except OSError as problem:
            facts = {"path": str(self.path), "detail": problem.strerror or "no reason given"}
            raise SettingsUnreadable(setting="settings.toml", **facts) from problem
        except UnicodeDecodeError:
            raise self._no_toml("it is no UTF-8 text", self.path) from None
        return self._parsed(text, self.path) if text else self._parsed(self._kept(), self._copy)

    def _parsed(self, text: str, path: Path) -> tomlkit.TOMLDocument:
        try:
            return tomlkit.parse(text)
        except TOMLKitError as problem:
            # Not its own words: they may quote a line, and with it a token.
            place = f"line {problem.line}, column {problem.col}" if isinstance(problem, ParseError) else "it is no TOML"
            raise self._no_toml(place, path) from None

    @staticmethod
    def _no_toml(place: str, path: Path) -> BadSetting:
        facts = {"value": place, "allowed": 'TOML, like plex_url = "http://…"'}
        return BadSetting(setting="settings.toml", origin=str(path), **facts)

    def set(self, key: str, value: object) -> None:
        """Set one value, or remove it if it is None; raises :class:`WouldLockOut` and what :meth:`read` raises."""
        self.set_all({key: value})

    def set_all(self, values: Mapping[str, object]) -> None:
        """Set several values at once, or none of them; one that was gone is made anew first. Raises as :meth:`set`."""
        with file_lock.alone(self._lock):
            self._set(values)

    def set_if(self, expected: Mapping[str, object], values: Mapping[str, object], first: Callable[[], None]) -> bool:
        """Do ``first`` and set several values, but nothing if another value than expected is there; tells which.

        Nobody else changes the file meanwhile. Raises as :meth:`set`.
        """
        with file_lock.alone(self._lock):
            now = self.read()
            if any(now.get(key) != value for key, value in expected.items()):
                return False
            first()
            if values:
                self._set(values)
            return True

    def _set(self, values: Mapping[str, object]) -> None:
        for _ in range(MOST_TRIES):
            document = self._document()
            before = tomlkit.dumps(document)
            for key, value in values.items():
                if value is None:
                    document.pop(key, None)
                else:
                    document[key] = value
            if tomlkit.dumps(self._document()) == before:  # an editor takes no lock, and some file systems have none
                break
        self._write(tomlkit.dumps(document))

    def reset(self) -> None:
        """Begin with nothing set, whatever was; raises :class:`WouldLockOut`."""
        with file_lock.alone(self._lock):
            self._write(_NOTHING_SET)

    def _write(self, text: str) -> None:
        private_file.write(self.path, text or _NOTHING_SET)
        self.keep()

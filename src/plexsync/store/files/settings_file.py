"""``settings.toml`` in the data folder: what a person set by page, command line or editor; comments survive.

A copy of what it said last lies beside it. A file that is gone or empty is an accident: a library that was not chosen
would be written to, and paths would be guessed. So the copy stays in force until the file is back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from plexsync.domain.errors import BadSetting, SettingsGone, SettingsUnreadable
from plexsync.store.files import file_lock, private_file, toml_text
from plexsync.store.files.toml_text import NoToml

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
        text, path = self._text()
        return self._values(text, path)

    def keep(self) -> None:
        """Keep a copy of what it says, if it can be read and says anything; a full disk keeps the one before."""
        with suppress(OSError, UnicodeDecodeError, BadSetting):
            text = self.path.read_text(encoding="utf-8")
            if text and text != self._kept():
                self._values(text, self.path)
                private_file.write(self._copy, text)

    def _kept(self) -> str:
        try:
            return self._copy.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def _text(self) -> tuple[str, Path]:
        """Return what is in force as it is written, and from which file."""
        private_file.close(self.path)
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            text = ""
        except OSError as problem:
            facts = {"path": str(self.path), "detail": problem.strerror or "no reason given"}
            raise SettingsUnreadable(setting="settings.toml", **facts) from problem
        except UnicodeDecodeError:
            raise _no_toml("it is no UTF-8 text", self.path) from None
        return (text, self.path) if text else (self._kept(), self._copy)

    @staticmethod
    def _values(text: str, path: Path) -> dict[str, object]:
        try:
            return toml_text.values_of(text)
        except NoToml as problem:
            raise _no_toml(problem.place, path) from None

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
            before, path = self._text()
            try:
                after = toml_text.changed(before, values)
            except NoToml as problem:
                raise _no_toml(problem.place, path) from None
            if self._text() == (before, path):  # an editor takes no lock, and some file systems have none
                break
        self._write(after)

    def reset(self) -> None:
        """Begin with nothing set, whatever was; raises :class:`WouldLockOut`."""
        with file_lock.alone(self._lock):
            self._write(_NOTHING_SET)

    def _write(self, text: str) -> None:
        private_file.write(self.path, text or _NOTHING_SET)
        self.keep()


def _no_toml(place: str, path: Path) -> BadSetting:
    facts = {"value": place, "allowed": 'TOML, like plex_url = "http://…"'}
    return BadSetting(setting="settings.toml", origin=str(path), **facts)

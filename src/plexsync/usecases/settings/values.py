"""The settings as a person sees and changes them; a secret is never shown."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from plexsync.domain.errors import BadSetting, NoSuchSetting
from plexsync.domain.settings import BY_KEY, MASK, SETTINGS, Form, Origin, Setting, Settings
from plexsync.domain.settings.parsers import SettingValue
from plexsync.store.files.settings_file import SettingsFile


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting: its value (masked if secret, "" if not set), where that came from, and what it is for."""

    key: str
    value: str
    origin: str
    help: str


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """All settings in the order of the table, and what is wrong with some."""

    rows: tuple[SettingRow, ...]
    problems: tuple[BadSetting, ...]


def settings_of(settings: Settings) -> SettingsPage:
    """Return settings as a person may see them."""
    rows = (SettingRow(one.key, settings.shown(one.key), settings.origins[one.key].value, one.help) for one in SETTINGS)
    return SettingsPage(tuple(rows), settings.problems)


def set_value(folder: Path, key: str, text: str) -> SettingRow:
    """Write one value into settings.toml, or remove it if the text is empty; returns what is now in the file.

    Raises :class:`NoSuchSetting` with the nearest names, and :class:`BadSetting` for a value the table refuses.
    """
    value = checked(key, text)
    setting = BY_KEY[key]
    SettingsFile(folder).set(key, value)
    if value is None:
        return SettingRow(key, "", "not set", setting.help)
    return SettingRow(key, MASK if setting.secret else str(value), Origin.FILE.value, setting.help)


def reset(folder: Path) -> None:
    """Begin with nothing in settings.toml; raises :class:`WouldLockOut`."""
    SettingsFile(folder).reset()


def entered(key: str, text: str) -> SettingValue:
    """Return what a person entered in the form of its setting; raises :class:`BadSetting`."""
    setting = BY_KEY[key]
    try:
        return setting.parse(text)
    except ValueError as problem:
        raise BadSetting(
            setting=key, value=setting.masked(text), allowed=str(problem), origin="what was entered"
        ) from None


def checked(key: str, text: str) -> object:
    """Return what goes into the file: the text itself, a number or a flag; None for nothing.

    Raises :class:`NoSuchSetting` with the nearest names, and :class:`BadSetting` for a value the table refuses.
    """
    setting = BY_KEY.get(key)
    if setting is None:
        nearest = get_close_matches(key, BY_KEY, n=3, cutoff=0.4)
        raise NoSuchSetting(setting=key, nearest=", ".join(nearest))
    return _checked(setting, text.strip())


def _checked(setting: Setting, text: str) -> object:
    """Return what goes into the file: the text itself, a number or a flag; None for nothing."""
    if not text:
        return None
    value = entered(setting.key, text)
    return text if setting.form is Form.STRING else value

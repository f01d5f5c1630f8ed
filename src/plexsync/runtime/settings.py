"""The settings in force, put together from all places without asking any server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from plexsync.domain.errors import BadSetting
from plexsync.domain.settings import Settings, resolve
from plexsync.store.files.settings_file import SettingsFile


def read_settings(folder: Path, environment: Mapping[str, str], page: Mapping[str, object]) -> Settings:
    """Put the settings together without asking anybody; ``page`` is what Stash's settings page held last."""
    file = SettingsFile(folder)
    try:
        values = file.read()
    except BadSetting as problem:
        return _with(resolve(environment, {}, page), problem)
    settings, gone = resolve(environment, values, page), file.gone()
    return settings if gone is None else _with(settings, gone)


def _with(settings: Settings, problem: BadSetting) -> Settings:
    return Settings(settings.values, settings.origins, (*settings.problems, problem))

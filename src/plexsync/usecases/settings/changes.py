"""Changing one setting from the page: tried as one types, kept in settings.toml, put back, or taken over from Stash."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from plexsync.domain.errors import BadSetting
from plexsync.domain.settings import BY_KEY
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.refusal import Refused
from plexsync.usecases.settings.page import SettingView, meaning_of, setting_view, settings_in_force
from plexsync.usecases.settings.values import checked, set_value


@dataclass(frozen=True, slots=True)
class SettingCheck:
    """Whether a text would do: ``text`` says what is wrong, "" for nothing, ``meaning`` what it comes to here."""

    is_fine: bool
    text: str
    meaning: str


def judge(folder: Path, key: str, text: str) -> SettingCheck:
    """Try a value without keeping it; raises :class:`NoSuchSetting`."""
    try:
        checked(key, text)
    except BadSetting as problem:
        return SettingCheck(is_fine=False, text=f"It has to be {problem.data['allowed']}.", meaning="")
    with open_store(folder) as store:
        value = BY_KEY[key].parse(text) if text.strip() else BY_KEY[key].default
        return SettingCheck(is_fine=True, text="", meaning=meaning_of(key, value, store))


def change(folder: Path, key: str, text: str) -> SettingView:
    """Keep a value in settings.toml, or take it out for no text, and return what is in force then.

    Raises :class:`NoSuchSetting`, :class:`BadSetting`, and :class:`Refused` where the environment holds it.
    """
    checked(key, text)
    variable = BY_KEY[key].variable
    if variable in os.environ:
        raise Refused("set_in_environment", {"setting": key, "variable": variable})
    set_value(folder, key, text)
    return setting_view(folder, key)


def take_over(folder: Path, key: str) -> SettingView:
    """Keep the value in force in settings.toml, wherever it comes from: Stash's page changes it no more."""
    checked(key, "")
    return change(folder, key, BY_KEY[key].written(settings_in_force(folder).values[key]))

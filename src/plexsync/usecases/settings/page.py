"""All settings as the page has them: grouped, each with its value and where that is from."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from plexsync.domain.advice import Advice, explain_error
from plexsync.domain.model import LIST_FIELDS, Field, Policy
from plexsync.domain.settings import BY_KEY, Origin, Setting, Settings, page_words
from plexsync.domain.settings.groups import GROUPS
from plexsync.domain.settings.parsers import NumberIn, OneOf, SomeOf, parse_flag, parse_names, parse_path_map
from plexsync.runtime.settings import read_settings
from plexsync.store import Store
from plexsync.store.files.stash_files import StashFiles
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.settings.examples import WrittenExample, field_examples

Input = Literal["text", "secret", "number", "switch", "choice", "choices", "names", "path_map"]
PlaceName = Literal["default", "file", "stash", "environment"]
_PLACES: dict[Origin, PlaceName] = {
    Origin.DEFAULT: "default",
    Origin.FILE: "file",
    Origin.STASH: "stash",
    Origin.ENVIRONMENT: "environment",
}
_TEXT_POLICIES = frozenset(f"policy_{of.value}" for of in Field if of not in LIST_FIELDS)
_SHAPES: dict[object, Input] = {parse_flag: "switch", parse_names: "names", parse_path_map: "path_map"}


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A word that a setting may be, and its name for people."""

    word: str
    name: str


@dataclass(frozen=True, slots=True)
class SettingView:
    """One setting: its value as text ("" if not set; a mask for a secret), its default, and where the value is from.

    ``choices`` are the words that it may be. ``meaning`` says what the value comes to in this library, "" for nothing.
    ``problem`` is what is wrong with a value that is left out for that.
    """

    key: str
    name: str
    help: str
    input: Input
    value: str
    default: str
    origin: PlaceName
    variable: str
    choices: tuple[ChoiceView, ...]
    least: float | None
    most: float | None
    unit: str
    meaning: str
    problem: Advice | None
    example: WrittenExample | None


@dataclass(frozen=True, slots=True)
class SettingsSection:
    """A group of settings."""

    name: str
    title: str
    rows: tuple[SettingView, ...]


@dataclass(frozen=True, slots=True)
class SettingsView:
    """All settings in groups; ``file_problem`` is what is wrong with `settings.toml` as a whole."""

    sections: tuple[SettingsSection, ...]
    file_problem: Advice | None


def settings_view(folder: Path) -> SettingsView:
    """Return all settings; asks no server."""
    with open_store(folder) as store:
        settings = settings_in_force(folder)
        examples = field_examples(store)
        whole = next((one for one in settings.problems if one.data["setting"] not in BY_KEY), None)
        sections = (
            SettingsSection(
                group.name,
                group.title,
                tuple(_view(BY_KEY[key], settings, store, examples.get(key)) for key in group.keys),
            )
            for group in GROUPS
        )
        return SettingsView(tuple(sections), None if whole is None else explain_error(whole))


def setting_view(folder: Path, key: str) -> SettingView:
    """Return one setting."""
    with open_store(folder) as store:
        return _view(BY_KEY[key], settings_in_force(folder), store, field_examples(store).get(key))


def settings_in_force(folder: Path) -> Settings:
    """Return the settings in force, without asking any server."""
    return read_settings(folder, os.environ, StashFiles(folder).page)


def meaning_of(key: str, value: object, store: Store) -> str:
    """Say what a value comes to in this library."""
    if key == "brake_percent" and isinstance(value, (int, float)):
        linked = store.links.number()
        return f"Of your {linked:,} items: {int(linked * value / 100):,}." if linked else ""
    return ""


def _view(setting: Setting, settings: Settings, store: Store, example: WrittenExample | None) -> SettingView:
    wrong = next((one for one in settings.problems if one.data["setting"] == setting.key), None)
    is_default = settings.origins[setting.key] is Origin.DEFAULT
    bounds = setting.parse if isinstance(setting.parse, NumberIn) else None
    return SettingView(
        key=setting.key,
        name=page_words.name_of(setting),
        help=page_words.help_of(setting, settings.values[setting.key]),
        input=_input(setting),
        value="" if is_default else settings.shown(setting.key),
        default=setting.shown(setting.default),
        origin=_PLACES[settings.origins[setting.key]],
        variable=setting.variable,
        choices=tuple(ChoiceView(word, page_words.choice_name(setting, word)) for word in _choices(setting, settings)),
        least=None if bounds is None else bounds.low,
        most=None if bounds is None else bounds.high,
        unit="" if bounds is None else page_words.unit_of(setting, bounds.unit),
        meaning=meaning_of(setting.key, settings.values[setting.key], store),
        problem=None if wrong is None else explain_error(wrong),
        example=example,
    )


def _input(setting: Setting) -> Input:
    if setting.secret:
        return "secret"
    if isinstance(setting.parse, NumberIn):
        return "number"
    if isinstance(setting.parse, (OneOf, SomeOf)):
        return "choice" if isinstance(setting.parse, OneOf) else "choices"
    return _SHAPES.get(setting.parse, "text")


def _choices(setting: Setting, settings: Settings) -> tuple[str, ...]:
    """Return the words to choose from; a list's rule is offered for a text only where it is set already."""
    words = setting.parse.words if isinstance(setting.parse, (OneOf, SomeOf)) else ()
    if setting.key in _TEXT_POLICIES and settings.values[setting.key] != Policy.MIRROR.value:
        return tuple(word for word in words if word != Policy.MIRROR.value)
    return words

"""The values of all settings, and where each came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from plexsync.domain.errors import BadSetting, NotConfigured
from plexsync.domain.model import AGENTLESS, Artwork, Field, Policy
from plexsync.domain.settings.parsers import SettingValue
from plexsync.domain.settings.setting import AUTO, Form, Setting
from plexsync.domain.settings.table import BY_KEY, SETTINGS

_HALF = re.compile("[\ud800-\udfff]")


class Origin(str, Enum):
    """Where a value came from, strongest first."""

    ENVIRONMENT = "environment"
    FILE = "settings.toml"
    STASH = "Stash's plugin settings"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Settings:
    """All values, where each came from, and what could not be understood."""

    values: Mapping[str, SettingValue]
    origins: Mapping[str, Origin]
    problems: tuple[BadSetting, ...] = ()

    def text(self, key: str) -> str:
        """Return a text setting."""
        value = self.values[key]
        if not isinstance(value, str):
            raise TypeError(key)
        return value

    def flag(self, key: str) -> bool:
        """Return a yes/no setting."""
        value = self.values[key]
        if not isinstance(value, bool):
            raise TypeError(key)
        return value

    def number(self, key: str) -> float:
        """Return a number setting."""
        value = self.values[key]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(key)
        return value

    def names(self, key: str) -> tuple[str, ...]:
        """Return a setting that is a list of names."""
        value = self.values[key]
        if not isinstance(value, tuple):
            raise TypeError(key)
        return tuple(str(name) for name in value)

    @property
    def path_map(self) -> tuple[tuple[str, str], ...]:
        """Return the path map as pairs (Stash's folder, Plex's folder)."""
        value = self.values["path_map"]
        if not isinstance(value, tuple):
            raise TypeError("path_map")
        return tuple((str(pair[0]), str(pair[1])) for pair in value)

    def policy(self, of: Field) -> Policy:
        """Return the policy of one field."""
        return Policy(self.text(f"policy_{of.value}"))

    def image(self, image: Artwork, agent: str) -> bool:
        """Tell whether an image is synced in a library with this agent."""
        value = self.text(f"image_{image.value}")
        return agent in AGENTLESS if value == AUTO else value != "off"

    def picture_policy(self, image: Artwork) -> Policy:
        """Return the policy of one image; "on" and "auto" are the one of fields, merge."""
        value = self.text(f"image_{image.value}")
        return Policy.MERGE if value in {"on", AUTO} else Policy(value)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that nobody may see."""
        return tuple(self.text(setting.key) for setting in SETTINGS if setting.secret)

    def require(self, key: str) -> str:
        """Return a text setting that must have a value; raises :class:`NotConfigured`."""
        value = self.text(key)
        if not value:
            raise NotConfigured(setting=key)
        return value

    def shown(self, key: str) -> str:
        """Return a value as a person may see it: secrets masked."""
        return BY_KEY[key].shown(self.values[key])


Layer = tuple[Origin, Mapping[str, object]]


def _is_unset(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _resolve(setting: Setting, layers: tuple[Layer, ...], problems: list[BadSetting]) -> tuple[SettingValue, Origin]:
    for origin, layer in layers:
        raw = layer.get(setting.key)
        if _is_unset(raw):
            continue
        if origin is Origin.STASH and setting.form is Form.NUMBER and raw == 0:
            # A cleared number box in Stash's page comes back as 0 (tests/recordings/stash/plugin-loading.md §8).
            continue
        try:
            return setting.parse(raw), origin
        except ValueError as problem:
            problems.append(
                BadSetting(
                    setting=setting.key, value=setting.masked(str(raw)), allowed=str(problem), origin=origin.value
                )
            )
    return setting.default, Origin.DEFAULT


def resolve(environment: Mapping[str, str], file: Mapping[str, object], stash: Mapping[str, object]) -> Settings:
    """Put the layers together: environment over file over Stash's plugin settings over defaults."""
    # A byte of the environment that is no UTF-8 arrives as half a character, which could not be shown or kept.
    named = {s.key: _HALF.sub("\ufffd", environment[s.variable]) for s in SETTINGS if s.variable in environment}
    layers: tuple[Layer, ...] = ((Origin.ENVIRONMENT, named), (Origin.FILE, file), (Origin.STASH, stash))
    problems: list[BadSetting] = []
    found = {setting.key: _resolve(setting, layers, problems) for setting in SETTINGS}
    return Settings(
        values={key: value for key, (value, _) in found.items()},
        origins={key: origin for key, (_, origin) in found.items()},
        problems=tuple(problems),
    )

"""One row of the table of settings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from plexsync.domain.address import read_address
from plexsync.domain.settings.parsers import Parser, SettingValue

MASK = "••••••"
AUTO = "auto"
"""A picture's setting that depends on the library: on where it has no agent, else off."""


class Form(str, Enum):
    """The three kinds of input Stash's settings page has."""

    STRING = "STRING"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table; ``in_form`` tells whether Stash's settings page shows it.

    A value that was saved there once stays in force, whether the page still shows it or not.
    """

    key: str
    name: str
    help: str
    default: SettingValue
    parse: Parser
    form: Form = Form.STRING
    secret: bool = False
    in_form: bool = False

    @property
    def variable(self) -> str:
        """Name of the environment variable that sets it."""
        return f"PLEXSYNC_{self.key.upper()}"

    def masked(self, text: str) -> str:
        """Return what may be shown of a text that somebody set: an address may hold a password or token."""
        is_address = self.parse is read_address and any(sign in text for sign in "@?#")
        return MASK if self.secret or is_address else text

    def shown(self, value: SettingValue) -> str:
        """Return a value as a person may see it: a secret is masked."""
        return (MASK if value else "") if self.secret else self.written(value)

    @staticmethod
    def written(value: SettingValue) -> str:
        """Return a value as a person writes it."""
        if isinstance(value, tuple):
            return "; ".join(" => ".join(part) if isinstance(part, tuple) else part for part in value)
        return str(value).lower() if isinstance(value, bool) else str(value)

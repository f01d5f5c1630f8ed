"""The answers that a person gave on the command line, so that the set-up asks for fewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import click

from plexsync.domain.model import Field, Policy


@dataclass(frozen=True, slots=True)
class Answers:
    """One value for each option; "" and nothing mean that the set-up finds out or asks.

    ``asks`` tells whether a person is there to be asked. ``wait`` is how many seconds a sign-in is waited for.
    """

    asks: bool
    url: str = ""
    token: str = field(default="", repr=False)
    server: str = ""
    libraries: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    policies: Mapping[Field, Policy] = field(default_factory=dict)
    adopted: tuple[str, ...] = ()
    wait: float = 0.0
    start: bool = False
    allowed: bool = False


def read_policy(text: str) -> tuple[Field, Policy]:
    """Read ``genres=mirror``; raises click's BadParameter."""
    name, _, rule = (part.strip().lower() for part in text.partition("="))
    try:
        return Field(name), Policy(rule)
    except ValueError:
        fields, rules = ", ".join(of.value for of in Field), ", ".join(policy.value for policy in Policy)
        raise click.BadParameter(f"{text}: write FIELD=RULE. Fields: {fields}. Rules: {rules}.") from None

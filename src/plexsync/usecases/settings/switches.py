"""The two switches that a person uses in the middle of the work: paused and dry run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from plexsync.domain.settings import BY_KEY
from plexsync.runtime.settings import read_settings
from plexsync.store.files.stash_files import StashFiles
from plexsync.usecases.refusal import Refused
from plexsync.usecases.settings.values import set_value

SWITCHES = ("paused", "dry_run")


@dataclass(frozen=True, slots=True)
class Switched:
    """Whether a switch is on now."""

    name: str
    on: bool


def switch(folder: Path, name: str, *, on: bool) -> Switched:
    """Turn one of ``SWITCHES`` on or off in settings.toml; the agent sees it by itself.

    Raises :class:`Refused` where the environment holds it.
    """
    variable = BY_KEY[name].variable
    if variable in os.environ:
        raise Refused("set_in_environment", {"setting": name, "variable": variable})
    set_value(folder, name, "true" if on else "false")
    settings = read_settings(folder, os.environ, StashFiles(folder).page)
    return Switched(name, settings.flag(name))

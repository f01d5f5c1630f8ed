"""Choices of a person kept in settings.toml, all at once or none."""

from __future__ import annotations

from collections.abc import Mapping

from plexsync.domain.settings import BY_KEY, Origin
from plexsync.runtime.sync_state import note_answer
from plexsync.store.files.settings_file import SettingsFile
from plexsync.store.person.set_up import SetupStep
from plexsync.usecases.opening import Opened
from plexsync.usecases.refusal import Refused


def keep_values(opened: Opened, values: Mapping[str, object], *, answers: SetupStep | None = None) -> None:
    """Write several values into settings.toml at once, None for none, and take them over.

    Where they answer a step of the set-up, that is noted first: a living agent then writes nothing by them.

    Raises :class:`Refused` for one that the environment decides about; then nothing is kept.
    """
    for key in values:
        if opened.context.settings.origins[key] is Origin.ENVIRONMENT:
            raise Refused("set_in_environment", {"setting": key, "variable": BY_KEY[key].variable})
    if answers is not None:
        note_answer(opened.store, answers)
    SettingsFile(opened.folder).set_all(values)
    opened.context.reread(opened.store)


def forget_account(opened: Opened) -> None:
    """Forget the key to an account that plex.tv no longer takes; the server's own key stays."""
    keep_values(opened, {"plex_account_token": None})

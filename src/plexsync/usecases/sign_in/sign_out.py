"""Signing out: the key ends at plex.tv, and is forgotten everywhere here, whatever plex.tv says."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.advice import Advice, explain_error
from plexsync.domain.errors import NotSignedIn, ServerError, TokenRefused
from plexsync.domain.settings import Origin
from plexsync.plextv import account
from plexsync.store.files.settings_file import SettingsFile
from plexsync.store.files.sign_in_file import SignInFile
from plexsync.store.state import CHOSEN_SERVER, SETUP
from plexsync.usecases.opening import Opened
from plexsync.usecases.sign_in.plex_tv import as_account

KEYS = ("plex_account_token", "plex_token", "plex_server", "plex_url")
"""The settings that a sign-in makes."""


@dataclass(frozen=True, slots=True)
class SignedOut:
    """The result: the ``trouble`` if plex.tv could not be told, and the settings elsewhere that still hold a key."""

    trouble: Advice | None
    elsewhere: tuple[tuple[str, str], ...]


def sign_out(opened: Opened) -> SignedOut:
    """End the token at plex.tv and forget it; raises :class:`NotSignedIn` where there is nothing to forget."""
    settings = opened.context.settings
    if not any(settings.text(key) for key in ("plex_account_token", "plex_token")):
        raise NotSignedIn
    trouble = _tell(opened)
    SettingsFile(opened.folder).set_all(dict.fromkeys(KEYS))
    SignInFile(opened.folder).forget()
    opened.store.state.drop(CHOSEN_SERVER)
    opened.store.state.drop(SETUP)
    opened.context.reread(opened.store)
    after = opened.context.settings
    named = [(key, after.origins[key].value) for key in KEYS[:2] if after.origins[key] is not Origin.DEFAULT]
    return SignedOut(trouble, tuple(named))


def _tell(opened: Opened) -> Advice | None:
    """Have plex.tv end the token; one that is dead already has ended."""
    try:
        with as_account(opened) as client:
            account.sign_out(client)
    except (NotSignedIn, TokenRefused):
        return None
    except ServerError as error:
        return explain_error(error)
    return None

"""The account that a token belongs to (docs/engineering/plextv.md §4 and §5)."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.net.decode import DECODE_ERRORS, misfit, text_if_any, whole
from plexsync.plextv.client import PlexTvClient


@dataclass(frozen=True, slots=True)
class Account:
    """The person who signed in; a managed user of a home has a title and no name of its own."""

    id: int
    name: str


def account(client: PlexTvClient) -> Account:
    """Ask whose token it is; raises :class:`ServerError`."""
    row = client.ask("GET", "/api/v2/user")
    try:
        name = next((told for key in ("title", "username", "email") if (told := text_if_any(row.get(key)))), "")
        return Account(whole(row["id"]), name or "an account without a name")
    except DECODE_ERRORS as problem:
        raise client.nonsense(f"an account that makes no sense ({misfit(problem)})") from None


def keep_alive(client: PlexTvClient) -> None:
    """Tell plex.tv that the token is still in use; raises :class:`ServerError`."""
    client.tell("GET", "/api/v2/ping")


def sign_out(client: PlexTvClient) -> None:
    """End the token at plex.tv; raises :class:`ServerError`."""
    client.tell("DELETE", "/api/v2/users/signout")

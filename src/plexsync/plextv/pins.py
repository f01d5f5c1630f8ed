"""Pins: how a person lets this installation into an account (docs/engineering/plextv.md §2 and §3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from plexsync.domain.errors import BadAnswer, PinExpired
from plexsync.net.decode import DECODE_ERRORS, misfit, text, text_or_none, whole
from plexsync.plextv.client import PRODUCT, PlexTvClient

LINK_PAGE = "plex.tv/link"
"""Where a person types a short code."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A pin as plex.tv tells of it; ``seconds`` is how long it is still good, ``token`` is "" until it is approved."""

    id: int = field(repr=False)
    code: str = field(repr=False)
    seconds: float
    token: str = field(default="", repr=False)


def make(client: PlexTvClient, *, strong: bool) -> Pin:
    """Ask for a new pin: a strong one is for a link, a short one for a person to type. Raises :class:`ServerError`."""
    path = "/api/v2/pins?strong=true" if strong else "/api/v2/pins"
    return _pin(client, client.ask("POST", path))


def read(client: PlexTvClient, pin_id: int) -> Pin:
    """Ask how a pin stands; raises :class:`PinExpired` and :class:`ServerError`."""
    try:
        pin = _pin(client, client.ask("GET", f"/api/v2/pins/{pin_id}"))
    except BadAnswer as answer:
        if answer.data["status"] != str(HTTPStatus.NOT_FOUND.value):
            raise
        raise PinExpired from None
    if not pin.token and pin.seconds <= 0:
        raise PinExpired
    return pin


def sign_in_link(client_id: str, pin: Pin) -> str:
    """Return the address at which a person approves a strong pin; no log sees what stands behind its ``#``."""
    values = {"clientID": client_id, "code": pin.code, "context[device][product]": PRODUCT}
    return "https://app.plex.tv/auth#?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())


def _pin(client: PlexTvClient, row: Any) -> Pin:
    try:
        return Pin(whole(row["id"]), text(row["code"]), float(whole(row["expiresIn"])), text_or_none(row["authToken"]))
    except DECODE_ERRORS as problem:
        raise client.nonsense(f"a pin that makes no sense ({misfit(problem)})") from None

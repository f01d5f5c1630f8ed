"""Pins: what a client asks for, a person approves, and the client then reads a token from."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from datetime import datetime, timezone

_STRONG = string.ascii_lowercase + string.digits
# plex.tv leaves out what is easily mistaken; the recording's code has letters and digits.
_SHORT = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LOCATION: dict[str, object] = {
    "code": "NL",
    "european_union_member": True,
    "continent_code": "EU",
    "country": "The Netherlands",
    "city": "Exampletown",
    "time_zone": "Europe/Amsterdam",
    "postal_code": "0000",
    "in_privacy_restricted_country": True,
    "in_privacy_restricted_region": True,
    "subdivisions": "Example Province",
    "coordinates": "0.0000, 0.0000",
}


@dataclass(slots=True)
class Pin:
    """One pin; times are epoch seconds. `token` is "" until a person has approved it, `reads` counts since then."""

    id: int
    code: str
    client: str
    product: str
    created: float
    seconds: float
    token: str = ""
    reads: int = 0

    def left(self, now: float) -> int:
        """The seconds it is still good, never below zero."""
        return max(0, round(self.created + self.seconds - now))

    def row(self, now: float, form: str) -> dict[str, object]:
        """The answer about it (recordings pin_created.json, pin_claimed.json, pin_created_2022.json)."""
        location = dict(_LOCATION)
        qr = {"qr": f"https://plex.tv/api/v2/pins/qr/{self.code}"}
        if form == "2022":
            location.pop("in_privacy_restricted_region")
            qr = {}
        return {
            "id": self.id,
            "code": self.code,
            "product": "0" if form == "2022" else self.product,
            "trusted": False,
            **qr,
            "clientIdentifier": self.client,
            "location": location,
            "expiresIn": self.left(now),
            "createdAt": _moment(self.created),
            "expiresAt": _moment(self.created + self.seconds),
            "authToken": self.token or None,
            "newRegistration": False if self.token else None,
        }


@dataclass(slots=True)
class Pins:
    """All pins that were ever made, but for those that were turned down."""

    _made: dict[int, Pin] = field(default_factory=dict)
    _next: int = 100_000_001

    def make(self, client: str, product: str, now: float, seconds: float, *, strong: bool) -> Pin:
        """A new pin: 25 characters if strong, else four."""
        letters, length = (_STRONG, 25) if strong else (_SHORT, 4)
        code = "".join(secrets.choice(letters) for _ in range(length))
        pin = Pin(self._next, code, client, product, now, seconds)
        self._made[pin.id] = pin
        self._next += 1
        return pin

    def of(self, id_: int) -> Pin | None:
        """The pin of an id."""
        return self._made.get(id_)

    def with_code(self, code: str) -> Pin | None:
        """The newest pin of a code."""
        return next((pin for pin in reversed(self._made.values()) if pin.code.lower() == code.lower()), None)

    def deny(self, pin: Pin) -> None:
        """Forget a pin: a person turned it down."""
        self._made.pop(pin.id, None)

    def all(self) -> list[Pin]:
        """Every pin, oldest first."""
        return list(self._made.values())


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

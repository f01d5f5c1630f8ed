"""Behaviours of the simulated plex.tv that are a choice, changeable while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from plexsync_simulators.shared.switchboard import Switchboard


@dataclass(slots=True)
class PlexTvSwitches(Switchboard):
    """Every choice with its default; times are milliseconds where the name says so, else seconds."""

    read_ms: float = 2.0
    write_ms: float = 2.0
    # Sources disagree on the status of a new pin (docs/engineering/plextv.md §2).
    created_status: Literal["201", "200"] = "201"
    # Answers of 2022 have no `qr`, and name "0" as product (recording pin_created_2022.json).
    pin_form: Literal["now", "2022"] = "now"
    # How long a new pin is good (docs/engineering/plextv.md §2).
    strong_seconds: int = 1800
    short_seconds: int = 900
    # The answer for a pin whose time is over: 404 is recorded, 200 without a token is what clients guard against.
    expired: Literal["404", "200"] = "404"
    # Whether a claimed pin may be read again; nobody knows.
    claimed: Literal["stays", "gone"] = "stays"
    # The list of servers, or a body that is none though the status is 200 (docs/engineering/plextv.md §4).
    resources: Literal["list", "object"] = "list"
    # XML whatever is asked for, as for a mixed Accept header since July 2026.
    notation: Literal["asked", "xml"] = "asked"
    # Whether the tokens of the owner's own servers are JSON Web Tokens (docs/engineering/plextv.md §4).
    access_tokens: Literal["plain", "jwt"] = "plain"
    # Whether a switch to another user of the home needs a PIN.
    home_pin: Literal["free", "needed"] = "free"
    # More requests in a second are answered with 429. 0: no limit.
    requests_per_second: int = 0
    # The seconds that an answer of 429 names in Retry-After; 0: no such header, as in every report.
    retry_after: int = 0

"""The set-up and the server that a person chose in it, as ``state.db`` keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from plexsync.net.decode import flag, listed, text, texts, whole


@dataclass(frozen=True, slots=True)
class KeptServer:
    """The Plex server that a person chose from an account's list, and the addresses that were known of it.

    Each address is its URL, how good its way is (small is better), and whether it is of IPv6.
    """

    machine_id: str
    name: str
    addresses: tuple[tuple[str, int, bool], ...]

    @classmethod
    def read(cls, value: Any) -> KeptServer:
        """Read it back."""
        rows = tuple((text(url), whole(way), flag(is_ipv6)) for url, way, is_ipv6 in listed(value["addresses"]))
        return cls(text(value["machine_id"]), text(value["name"]), rows)

    def is_found_at(self, url: str) -> bool:
        """Tell whether an address is one that PlexSync found: a server given by hand is named by its address."""
        return self.name != url and any(url == known for known, _, _ in self.addresses)

    def leaves_plain(self, url: str) -> bool:
        """Tell whether an encrypted address is in force and plain ones are known, which nobody follows by itself."""
        is_encrypted = url.startswith("https:") and self.is_found_at(url)
        return is_encrypted and any(known.startswith("http:") for known, _, _ in self.addresses)


class SetupStep(str, Enum):
    """The questions of a set-up, in their order; "start" follows when all have an answer."""

    SIGN_IN = "sign_in"
    SERVER = "server"
    LIBRARIES = "libraries"
    FOLDERS = "folders"
    FIELDS = "fields"
    TAKING_OVER = "taking_over"
    PREVIEW = "preview"
    START = "start"


@dataclass(frozen=True, slots=True)
class KeptSetup:
    """How far a set-up is: the steps that have an answer, and whether nothing is written to Plex until the start.

    ``seen`` names what the preview that a person saw was worked out by, "" before one.
    """

    answered: tuple[SetupStep, ...] = ()
    held: bool = False
    seen: str = ""

    @classmethod
    def read(cls, value: Any) -> KeptSetup:
        """Read it back."""
        return cls(tuple(map(SetupStep, texts(value["answered"]))), flag(value["held"]), str(value.get("seen", "")))

    def after(self, step: SetupStep) -> KeptSetup:
        """Return it with an answer to a step: what follows is asked anew, and nothing is written until the start."""
        order = list(SetupStep)
        kept = (one for one in self.answered if order.index(one) < order.index(step))
        return KeptSetup((*kept, step), held=True)

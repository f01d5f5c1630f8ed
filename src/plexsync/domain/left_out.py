"""Rows of servers' answers that could not be used, named so that a person can find and mend it."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = "@"
"""Begins the key of a row whose own key cannot be read: its place in the listing follows."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One row of a listing that was left out, or used in part.

    ``server`` is "plex" or "stash", ``place`` the library's id ("" for Stash), ``library`` its title. ``problem`` says
    what is wrong.
    """

    server: str
    place: str
    key: str
    library: str
    title: str
    path: str
    problem: str

    @property
    def facts(self) -> dict[str, str]:
        """The facts for a sentence about it."""
        names = [self.title, f"({self.path})" if self.title and self.path else self.path]
        what = " ".join(filter(None, names)) or ("A row" if self.key.startswith(UNKNOWN) else f"Number {self.key}")
        where = "Stash" if self.server == "stash" else f"Plex's library {self.library}".strip()
        return {"what": what, "where": where, "detail": self.problem}

"""Sends the requests that only read, one after the other, and learns from each what the next ones are about."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from typing import Any

from plexsync.domain.errors import ServerError, Starting, TokenRefused, TooManyRequests
from plexsync.net.decode import DECODE_ERRORS, key, seconds, text
from plexsync.plex.exchange import Exchange
from plexsync.usecases.probe.asker import Asker
from plexsync.usecases.probe.pace import Spent
from plexsync.usecases.probe.question import Evidence, Inquiry
from plexsync.usecases.probe.reading.inquiries import READING

ABSENT = "999999999"
_MOST_SILENT = 3
_LACKING = {
    "item": "the library has no item",
    "updated": "the item does not tell when it was last changed",
    "before": "the item does not tell when it was last changed",
    "file": "the item tells no path",
    "section": "the server has no movie library",
}


def read_all(asker: Asker, subject: MutableMapping[str, str], seen: Evidence) -> None:
    """Send them all; ``subject`` holds at least ``section``, and gets what the answers tell.

    Raises :class:`ServerError` where the server does not answer any more, or wants to be left alone.
    """
    silent = 0
    for inquiry in READING:
        error = _ask(asker, inquiry, subject, seen)
        silent = 0 if error is None else silent + 1
        if error is not None:
            seen.skipped[inquiry.name] = f"no answer came ({error.code})"
            if silent >= _MOST_SILENT or isinstance(error, Starting | TooManyRequests | TokenRefused):
                raise error


def _ask(asker: Asker, inquiry: Inquiry, subject: MutableMapping[str, str], seen: Evidence) -> ServerError | None:
    """Send one request; returns the server's failure to answer it."""
    try:
        found = asker.ask(inquiry, subject)
    except KeyError as lacking:
        seen.skipped[inquiry.name] = _LACKING[str(lacking.args[0])]
    except Spent as spent:
        seen.skipped[inquiry.name] = str(spent)
    except ServerError as error:
        return error
    else:
        seen.exchanges[inquiry.name] = found
        _learn(inquiry.name, found, subject)
    return None


def _learn(name: str, found: Exchange, subject: MutableMapping[str, str]) -> None:
    """Take from an answer what later requests are about."""
    if name == "listing":
        for row in found.rows:
            _learn_item(row, subject)
    if name == "item" and found.rows:
        subject.update(_facts(found.rows[0]))


def _learn_item(row: Mapping[str, Any], subject: MutableMapping[str, str]) -> None:
    """Take the first item that makes sense."""
    try:
        subject.setdefault("item", key(row["ratingKey"]))
    except DECODE_ERRORS:
        return


def _facts(row: Mapping[str, Any]) -> dict[str, str]:
    facts: dict[str, str] = {}
    if updated := seconds(row.get("updatedAt")):
        facts = {"updated": str(updated), "before": str(updated - 1)}
    with suppress(*DECODE_ERRORS):  # an item without a file is one all the same
        facts["file"] = text(row["Media"][0]["Part"][0]["file"])
    return facts

"""What Stash writes to the door's stdin, with nothing in it that is not as it ought to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plexsync.net.decode import DECODE_ERRORS, misfit, text, text_or_none, whole, whole_characters
from plexsync.stash_plugin.task_context import NotDone


@dataclass(frozen=True, slots=True)
class Document:
    """Where Stash is and how it is entered (``server_connection``), and what is asked for (``args``, of any kind)."""

    server: Mapping[str, Any]
    arguments: object

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Document:
        """Take a document of Stash's; raises :class:`NotDone` for anything else."""
        try:
            server = raw["server_connection"]
            folder, cookie = text(server["Dir"]), server.get("SessionCookie") or {}
            # Another folder than the one that was meant must not be made.
            if not folder or "\0" in folder or whole_characters(folder) != folder:
                raise ValueError(f"no folder {folder!r}")
            checked = {
                "Scheme": text_or_none(server.get("Scheme")),
                "Host": text_or_none(server.get("Host")),
                "Port": whole(server["Port"]),
                "SessionCookie": {"Value": text_or_none(cookie.get("Value"))},
                "Dir": folder,
            }
            return cls(whole_characters(checked), whole_characters(raw.get("args")))
        except DECODE_ERRORS as problem:
            raise NotDone(f"What came on stdin is no document of Stash's: {misfit(problem)}.") from problem

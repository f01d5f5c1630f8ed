"""Stash hands this to the programs that it starts: where it is, how it is entered, and what it asks for."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexsync.net.decode import DECODE_ERRORS, misfit, text, text_or_none, whole, whole_characters
from plexsync.net.redaction import Redactor
from plexsync.runtime.settings import read_settings
from plexsync.stash.connection import Connection
from plexsync.store.files.stash_files import StashFiles
from plexsync.usecases.data_folder import usable


class NoDocument(ValueError):
    """A document on stdin is none of Stash's; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Document:
    """Where Stash is and how it is entered (``server_connection``), and what is asked for (``args``, of any kind)."""

    server: Mapping[str, object]
    arguments: object

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Document:
        """Take a document of Stash's; raises :class:`NoDocument` for anything else."""
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
            raise NoDocument(misfit(problem)) from problem


def keep_session(folder: Path, server: Mapping[str, object]) -> None:
    """Keep the session of a ``server_connection``, by which the agent gets into Stash.

    Raises :class:`FolderUnusable`.
    """
    given = Connection.from_plugin(server)
    with usable(folder):
        StashFiles(folder).keep_session({"url": given.url, "cookie": given.cookie, "dir": server["Dir"]})


def mask(folder: Path) -> Callable[[str], str]:
    """Return what takes the secrets of a data folder out of a text."""
    files = StashFiles(folder)
    settings = read_settings(folder, os.environ, files.page)
    cookie = (files.session or {}).get("cookie", "")
    return Redactor([*settings.secrets, cookie]).clean

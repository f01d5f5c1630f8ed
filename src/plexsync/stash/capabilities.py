"""The questions that a Stash version can answer."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.errors import Unsupported
from plexsync.net.decode import text_or_none
from plexsync.stash import queries
from plexsync.stash.client import SERVER, Json, StashClient, understood

_NEEDED = (("query", "findGroups"), ("scene", "groups"), ("filter", "id"), ("filter", "updated_at"))


@dataclass(frozen=True, slots=True)
class Capabilities:
    """A Stash's version text ("" for a developer's build) and what not every version has.

    ``files_filter``: scenes can be found by a change of their files (since v0.30). ``folders``: all folders can be
    listed (since v0.29; recorded schemas).
    """

    version: str
    files_filter: bool
    folders: bool


def detect(client: StashClient) -> Capabilities:
    """Ask the server what it knows, in one query; raises Unsupported for one older than v0.27.

    The version text decides nothing: it is empty or made up in builds from source.
    """
    data = client.query(queries.CAPABILITIES)
    with understood(client):
        version = text_or_none(data["version"]["version"])
        known = {part: _names(data[part]) for part in ("query", "scene", "filter")}
    missing = [name for part, name in _NEEDED if name not in known[part]]
    if missing:
        raise Unsupported(server=SERVER, version=version, missing=", ".join(missing))
    return Capabilities(
        version, files_filter="files_filter" in known["filter"], folders="findFolders" in known["query"]
    )


def _names(of: Json | None) -> frozenset[str]:
    if of is None:
        return frozenset()
    return frozenset(field["name"] for field in of.get("fields") or of.get("inputFields") or ())

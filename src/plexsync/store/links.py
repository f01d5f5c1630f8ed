"""The memory of each scene on each of its items: what was pushed there, and with which rules."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plexsync.model import Base, Field, Value


@dataclass(frozen=True, slots=True)
class Cover:
    """What is known of a scene's cover on an item.

    ``etag`` is Stash's ETag of the bytes last dealt with, ``seen`` the scene's ``updated_at`` at that look, ``uploads``
    the SHA-1 that Plex holds per artwork.
    """

    etag: str = ""
    seen: str = ""
    uploads: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Memory:
    """One scene on one item.

    ``fingerprint`` names the desired values and rules it was synced with; ``item_updated_at`` is Plex's ``updatedAt``
    after our own write.
    """

    scene_id: int
    rating_key: str
    section_id: str
    base: Base
    fingerprint: str
    item_updated_at: int
    cover: Cover
    synced_at: float


def _dump(values: Mapping[Field, Value]) -> dict[str, str | list[str]]:
    return {of.value: value if isinstance(value, str) else list(value) for of, value in values.items()}


def _load(values: Mapping[str, str | list[str]]) -> dict[Field, Value]:
    return {Field(name): value if isinstance(value, str) else tuple(value) for name, value in values.items()}


def _cover(kept: Mapping[str, Any]) -> Cover:
    return Cover(etag=kept["etag"], seen=kept["seen"], uploads=kept["uploads"])


def _memory(row: sqlite3.Row) -> Memory:
    base = json.loads(row["base"])
    return Memory(
        scene_id=row["scene_id"],
        rating_key=row["rating_key"],
        section_id=row["section_id"],
        base=Base(*(_load(base[part]) for part in ("pushed", "wanted", "intended"))),
        fingerprint=row["fingerprint"],
        item_updated_at=row["item_updated_at"],
        cover=_cover(json.loads(row["images"])),
        synced_at=row["synced_at"],
    )


class Links:
    """The ``link`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def remember(self, memory: Memory) -> None:
        """Keep one memory; the item is no other scene's any more."""
        self._db.execute(
            "DELETE FROM link WHERE rating_key = ? AND scene_id != ?", (memory.rating_key, memory.scene_id)
        )
        kept = memory.base
        base = {"pushed": _dump(kept.pushed), "wanted": _dump(kept.wanted), "intended": _dump(kept.intended)}
        self._db.execute(
            """INSERT OR REPLACE INTO link (scene_id, rating_key, section_id, base, fingerprint, item_updated_at,
                   images, synced_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                memory.scene_id,
                memory.rating_key,
                memory.section_id,
                json.dumps(base, ensure_ascii=False),
                memory.fingerprint,
                memory.item_updated_at,
                json.dumps(
                    {"etag": memory.cover.etag, "seen": memory.cover.seen, "uploads": dict(memory.cover.uploads)}
                ),
                memory.synced_at,
            ),
        )

    def of_scenes(self, scene_ids: Sequence[int]) -> dict[tuple[int, str], Memory]:
        """Return the memories of some scenes by (scene id, rating key)."""
        found: dict[tuple[int, str], Memory] = {}
        for scene in scene_ids:
            for row in self._db.execute("SELECT * FROM link WHERE scene_id = ?", (scene,)):
                memory = _memory(row)
                found[memory.scene_id, memory.rating_key] = memory
        return found

    def of_items(self, rating_keys: Iterable[str]) -> dict[str, Memory]:
        """Return the newest memory of each of some items, whichever scene's it is."""
        found: dict[str, Memory] = {}
        for key in rating_keys:
            row = self._db.execute(
                "SELECT * FROM link WHERE rating_key = ? ORDER BY synced_at DESC LIMIT 1", (key,)
            ).fetchone()
            if row is not None:
                found[key] = _memory(row)
        return found

    def number(self) -> int:
        """Count the links."""
        return int(self._db.execute("SELECT count(*) FROM link").fetchone()[0])

"""An example for each field from the person's own library: what was last written of it, and to which scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plexsync.domain.model import Field, Value
from plexsync.domain.phrases import short
from plexsync.store import Store

READ = 2000
LONGEST = 60


@dataclass(frozen=True, slots=True)
class WrittenExample:
    """A scene's title, what Plex had, and what it has now; texts are cut, lists joined."""

    scene_id: int
    title: str
    before: str
    after: str


def field_examples(store: Store) -> Mapping[str, WrittenExample]:
    """Return the newest example of each field, by the key of its policy."""
    found: dict[str, WrittenExample] = {}
    for entry in store.journal.newest_written(READ):
        key = f"policy_{entry.field.value}"
        if key in found or not isinstance(entry.field, Field) or entry.before == entry.after:
            continue
        title = _shown(store.scenes.title(entry.scene_id))
        found[key] = WrittenExample(entry.scene_id, title, _shown(entry.before), _shown(entry.after))
        if len(found) == len(Field):
            break
    return found


def _shown(value: Value) -> str:
    return short(value if isinstance(value, str) else ", ".join(value), LONGEST)

"""Items in memory that take edits as Plex does, without a server: the simulator's library behind our own protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from plexsync.domain.errors import BadAnswer, ItemGone, ItemRejected
from plexsync.domain.model import LIST_FIELDS, Field, Item, Value
from plexsync.plex.collections import Collection
from plexsync.plex.edits import Edit
from plexsync.plex.library import Identity
from plexsync.plex.names import ELEMENT, OF_LOCK, PARAMETER
from plexsync_simulators.plex.editing import edits as sim
from plexsync_simulators.plex.library.dumping import dump_item
from plexsync_simulators.plex.library.loading import load
from plexsync_simulators.plex.library.model import PlexLibrary, tag_of
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.plex.switches import Switches


class PlexInMemory:
    """Implements :class:`plexsync.plex.items.Items`; ``sent`` are the edits that came, taken or not.

    ``longest`` is the longest URL that is taken. ``before`` is called with each edit that fits, and may raise. An edit
    that ``swallows`` picks is answered as if taken, and changes nothing. ``after`` may raise once an edit took effect.
    So many more ``tries`` are granted after accidents.
    """

    def __init__(self, items: Mapping[str, Mapping[Field, Value]], **switches: Any) -> None:
        self._library = PlexLibrary()
        self._switches = Switches()
        self._switches.set(switches)
        rows = [{"ratingKey": key, "title": f"Film {key}", **_row(fields)} for key, fields in items.items()]
        load(self._library, {"sections": [{"key": "1", "title": "Movies", "items": rows}]})
        self.sent: list[Edit] = []
        self.reads: list[tuple[str, ...]] = []
        self.longest = 1_000_000
        self.tries = 0
        self.before: Callable[[Edit], None] = lambda _: None
        self.after: Callable[[Edit], None] = lambda _: None
        self.swallows: Callable[[Edit], bool] = lambda _: False

    def identity(self) -> Identity:
        return Identity("machine", "1.0", claimed=True)

    def read(self, rating_keys: Sequence[str]) -> dict[str, Item]:
        self.reads.append(tuple(rating_keys))
        return {key: self.item(key) for key in rating_keys if int(key) in self._library.items}

    def collections(self, section_id: str) -> tuple[Collection, ...]:
        found = self._library.section(section_id).collections.values()
        return tuple(Collection(str(one.key), str(one.values["title"])) for one in found)

    def is_empty_collection(self, collection: Collection) -> bool:
        return not tag_of(self._library.item(int(collection.rating_key))).items

    def remove_collection(self, collection: Collection) -> None:
        self._library.remove_item(self._library.item(int(collection.rating_key)))

    def send(self, edit: Edit) -> None:
        self.sent.append(edit)
        keys = ",".join(edit.rating_keys)
        if edit.size > self.longest:
            raise ItemRejected(rating_key=keys, status="414", detail="Request-URI Too Large")
        self.before(edit)
        if self.swallows(edit):
            return
        if any(int(key) not in self._library.items for key in edit.rating_keys):
            raise ItemGone(rating_key=keys)
        try:
            decoded = sim.decode(parse_qsl(edit.query, keep_blank_values=True))
            for key in edit.rating_keys:
                sim.apply(self._library, self._library.item(int(key)), decoded, self._switches)
        except Refused as refusal:
            if refusal.status >= 500:
                raise BadAnswer(server="plex", url="memory", status=str(refusal.status), detail="") from refusal
            raise ItemRejected(rating_key=keys, status=str(refusal.status), detail=refusal.reason) from refusal
        self.after(edit)

    def remove(self, key: str) -> None:
        """Let an item vanish."""
        self._library.remove_item(self._library.item(int(key)))

    def may_try_again(self) -> bool:
        self.tries -= 1
        return self.tries >= 0

    def item(self, key: str) -> Item:
        found = self._library.item(int(key))
        shown = dump_item(found)
        return Item(
            rating_key=key,
            section_id="1",
            fields={of: _value(shown, of) for of in Field},
            locked=frozenset(OF_LOCK[name] for name in found.locks if name in OF_LOCK),
            updated_at=int(shown.get("updatedAt", 0)),
        )

    def names(self, key: str, of: Field) -> list[str]:
        """The names in a list, in their order."""
        return list(self.item(key).fields[of])


def _row(fields: Mapping[Field, Value]) -> dict[str, Any]:
    return {
        (ELEMENT[of] if of in LIST_FIELDS else PARAMETER[of]): list(value) if of in LIST_FIELDS else value
        for of, value in fields.items()
    }


def _value(shown: Mapping[str, Any], of: Field) -> Value:
    if of in LIST_FIELDS:
        return tuple(row["tag"] if isinstance(row, dict) else row for row in shown[ELEMENT[of]])
    return str(shown.get(PARAMETER[of]) or "")

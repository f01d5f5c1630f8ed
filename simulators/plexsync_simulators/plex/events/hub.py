"""Events for listeners: what changed, what is going on, over websocket and event stream.

Source: docs/engineering/plex.md §5; websocket_notifications.jsonl.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from plexsync_simulators.plex.fields import TYPE_IDS
from plexsync_simulators.plex.library.model import Change, Item
from plexsync_simulators.plex.switches import Switches

_ENTRIES = {
    "timeline": "TimelineEntry",
    "activity": "ActivityNotification",
    "status": "StatusNotification",
    "playing": "PlaySessionStateNotification",
}
_LIBRARY = "com.plexapp.plugins.library"
# Matching, downloading, processing: what an agent does before an item is done (plexapi's alert.py).
_STEPS: dict[Change, tuple[int, ...]] = {"created": (2, 3, 4), "matched": (2, 3, 4), "refreshed": (3, 4)}
_ANALYSED = frozenset({"created", "moved"})
_BACKLOG = 10_000


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its kind and its single entry."""

    kind: str
    entry: dict[str, object]

    @property
    def container(self) -> str:
        """The JSON a websocket carries."""
        entries = {"type": self.kind, "size": 1, _ENTRIES[self.kind]: [self.entry]}
        return json.dumps({"NotificationContainer": entries})

    @property
    def bare(self) -> str:
        """The JSON of the entry alone, under its name."""
        return json.dumps({_ENTRIES[self.kind]: self.entry})


@dataclass(slots=True, eq=False)
class Listener:
    """One connected listener; None in its queue ends it."""

    filters: str
    kinds: frozenset[str] = frozenset()
    queue: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(_BACKLOG))

    def wants(self, kind: str) -> bool:
        """Whether `filters` let that kind through: "a,b" keeps only those, "-a,b" leaves those out.

        `kinds`, if there are any, are all that the transport knows.
        """
        if self.kinds and kind not in self.kinds:
            return False
        if self.filters.startswith("-"):
            return kind not in self.filters[1:].split(",")
        return kind in self.filters.split(",")


class Hub:
    """Sends every event to every listener; a listener that does not read loses its connection."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._muted = False
        self._listeners: set[Listener] = set()
        self._activities: dict[str, dict[str, object]] = {}

    def connect(self, filters: str, kinds: frozenset[str] = frozenset()) -> Listener:
        """A new listener; `kinds`, if there are any, are all that its transport knows."""
        listener = Listener(filters or "-log", kinds)
        self._listeners.add(listener)
        return listener

    def disconnect(self, listener: Listener) -> None:
        """Forget a listener."""
        self._listeners.discard(listener)

    def hang_up(self) -> None:
        """End all listeners' connections."""
        for listener in self._listeners:
            _end(listener)
        self._listeners.clear()

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """Tell nobody of what happens to items in the `with` block."""
        before, self._muted = self._muted, True
        try:
            yield
        finally:
            self._muted = before

    @contextlib.contextmanager
    def removing(self) -> Iterator[None]:
        """Tell of items that go with their library or folder, if the switch says so."""
        with contextlib.nullcontext() if self._switches.removal_events else self.quiet():
            yield

    @property
    def listening(self) -> int:
        """How many listeners there are."""
        return len(self._listeners)

    @property
    def activities(self) -> list[dict[str, object]]:
        """Return the current activities, as `/activities` lists it."""
        return list(self._activities.values())

    def changed(self, change: Change, item: Item) -> None:
        """Tell of a changed item: state 0 created, 2 to 4 at work, 5 done, 9 deleted (docs/engineering/plex.md §5)."""
        if not self._listeners or self._muted:
            return
        switches = self._switches
        if change == "deleted":
            self._timeline(item, 9, metadataState="deleted")
        elif change == "pictured":
            self._pictured(item)
        elif change != "edited" or switches.edit_events:
            self._worked_on(change, item)

    def _worked_on(self, change: Change, item: Item) -> None:
        switches, has_agent = self._switches, not item.section.agent.endswith(".none")
        if change == "created":
            self._timeline(item, 0, metadataState="created")
        for state in _STEPS.get(change, ()) if has_agent and switches.timeline_steps else ():
            self._timeline(item, state)
        final = 5 if has_agent or change != "created" else int(switches.final_state)
        if change in _ANALYSED and switches.media_events and item.kind != "collection":
            self._timeline(item, final, mediaState="analyzing")
        self._timeline(item, final)

    def _pictured(self, item: Item) -> None:
        wanted = self._switches.poster_events
        if wanted in ("both", "activity"):
            context = {"key": f"/library/metadata/{item.key}"}
            self.end(self.begin("library.refresh.items", "Refreshing", context))
        if wanted in ("both", "timeline"):
            self._timeline(item, 5)

    def _timeline(self, item: Item, state: int, **more: str) -> None:
        # Both forms of ids occur in the recordings; new items get strings here, so that clients meet both.
        number: type[int | str] = str if state == 0 else int
        entry = {
            "identifier": _LIBRARY,
            "sectionID": number(item.section.key),
            "itemID": number(item.key),
            "type": TYPE_IDS.get(item.kind, -1),
            "title": item.values.get("title", ""),
            "state": state,
            **more,
            "updatedAt": item.updated_at,
        }
        self.send("timeline", entry)

    def begin(self, kind: str, title: str, context: dict[str, str]) -> str:
        """Start an activity and give back its uuid."""
        key = str(uuid.uuid4())
        activity = {"uuid": key, "type": kind, "cancellable": False, "userID": 1, "title": title, "subtitle": ""}
        self._activities[key] = {**activity, "progress": 0, "Context": context}
        self._activity("started", key)
        return key

    def progress(self, key: str, percent: int, subtitle: str) -> None:
        """Tell how far an activity is."""
        self._activities[key].update(progress=percent, subtitle=subtitle)
        self._activity("updated", key)

    def end(self, key: str) -> None:
        """End an activity."""
        self._activities[key].update(progress=100)
        self._activity("ended", key)
        del self._activities[key]

    def _activity(self, event: str, key: str) -> None:
        self.send("activity", {"event": event, "uuid": key, "Activity": dict(self._activities[key])})

    def status(self, title: str, name: str) -> None:
        """Tell a status line."""
        self.send("status", {"title": title, "description": "", "notificationName": name})

    def playing(self, item: Item, state: str, offset: int) -> None:
        """Tell that somebody plays an item; PlexKodiConnect#162 has the shape."""
        entry = {"sessionKey": "1", "guid": "", "ratingKey": str(item.key), "url": "", "state": state}
        self.send("playing", {**entry, "key": f"/library/metadata/{item.key}", "viewOffset": offset})

    def send(self, kind: str, entry: dict[str, object]) -> None:
        """Put one event into every listener's queue."""
        if self._switches.events in ("silent", "dead", "missing"):
            return
        listeners = [listener for listener in self._listeners if listener.wants(kind)]
        if not listeners:
            return
        event = Event(kind, entry)
        for listener in listeners:
            if listener.queue.full():
                _end(listener)
                self._listeners.discard(listener)
            else:
                listener.queue.put_nowait(event)


def _end(listener: Listener) -> None:
    while not listener.queue.empty():
        listener.queue.get_nowait()
    listener.queue.put_nowait(None)

"""Work the server does by itself after it answered: scans and agent refreshes.

Source: plex.md 5, 1.7, 2.5.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

from plexsync.sim.plex.fields import ELEMENTS
from plexsync.sim.plex.library import Item, Library, Section
from plexsync.sim.plex.notifications import Hub
from plexsync.sim.plex.posters import GENERATED
from plexsync.sim.plex.seed import assign, attach_named, load_item
from plexsync.sim.plex.switches import Switches


class Scans:
    """Runs background work, one task each, and can stop it."""

    def __init__(self, library: Library, hub: Hub, switches: Switches) -> None:
        self._library = library
        self._hub = hub
        self._switches = switches
        self._tasks: dict[asyncio.Task[None], Section | None] = {}

    def scan(self, section: Section, path: str | None) -> None:
        """Look for new and vanished files in a folder, or in all of the section's."""
        self._start(self._scan(section, path), section)

    def refresh(self, items: list[Item]) -> None:
        """Let the agent write what it knows into the items' unlocked fields."""
        self._start(self._refresh(items), None)

    def cancel(self, section: Section) -> None:
        """Stop the section's scans; what they found so far stays."""
        for task, scanned in list(self._tasks.items()):
            if scanned is section:
                task.cancel()

    async def close(self) -> None:
        """Stop everything."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None], section: Section | None) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = section
        task.add_done_callback(self._tasks.pop)

    async def _scan(self, section: Section, path: str | None) -> None:
        section.refreshing = True
        context = {"librarySectionID": section.key}
        activity = self._hub.begin("library.update.section", f"Scanning {section.title}", context)
        try:
            await asyncio.sleep(self._switches.scan_ms / 2000)
            self._hub.progress(activity, 50, "")
            await asyncio.sleep(self._switches.scan_ms / 2000)
            self._take_in(section, path)
            section.updated_at = max(section.updated_at, int(self._library.clock()))
            section.scanned_at = max(section.scanned_at, int(self._library.clock()))
        finally:
            section.refreshing = any(other is section for task, other in self._tasks.items() if not _is_me(task))
            self._hub.end(activity)
            self._hub.status("Library scan complete", "LIBRARY_UPDATE")

    def _take_in(self, section: Section, path: str | None) -> None:
        waiting, section.unscanned = section.unscanned, []
        found: list[dict[str, Any]] = []
        for entry in waiting:
            (found if _within(_first_path(entry), path, section) else section.unscanned).append(entry)
        for entry in found:
            load_item(self._library, section, entry if "path" not in entry else {"files": [entry]})
        self._notice_vanished(section, path)
        if self._switches.auto_empty_trash:
            self.empty_trash(section)

    def _notice_vanished(self, section: Section, path: str | None) -> None:
        gone = {file for file in section.vanished if _within(file, path, section)}
        if not gone:
            return
        section.vanished -= gone
        for item in list(section.items.values()):
            if not any(part.path in gone for part in item.parts()):
                continue
            left = [media for media in item.media if not any(part.path in gone for part in media.parts)]
            item.in_trash = not left
            item.media = left or item.media
            self._library.changed(item)

    def empty_trash(self, section: Section) -> None:
        """Remove the items whose files are gone."""
        for item in [item for item in section.items.values() if item.in_trash]:
            self._library.remove_item(item)

    async def _refresh(self, items: list[Item]) -> None:
        for item in items:
            context = {"key": f"/library/metadata/{item.key}"}
            activity = self._hub.begin("library.refresh.items", "Refreshing", context)
            try:
                await asyncio.sleep(self._switches.scan_ms / 1000 / len(items))
                if item.key in self._library.items:
                    refresh_now(self._library, item)
            finally:
                self._hub.end(activity)


def refresh_now(library: Library, item: Item) -> None:
    """Write the agent's values into all unlocked fields; an unlocked picture falls back to the agent's own.

    Tags are added, none is taken away (plex.md 7.5).
    """
    values = {name: value for name, value in item.agent.items() if ELEMENTS.get(name, name) not in item.locks}
    assign(library, item, {name: value for name, value in values.items() if name not in ELEMENTS})
    for element in values.keys() & ELEMENTS.keys():
        attach_named(library, item, ELEMENTS[element], values[element])
    for element, gallery in item.galleries.items():
        if element not in item.locks:
            gallery.selected = GENERATED
    library.changed(item)


def _is_me(task: asyncio.Task[None]) -> bool:
    return task is asyncio.current_task()


def _first_path(entry: dict[str, Any]) -> str:
    if "path" in entry:
        return str(entry["path"])
    files: Iterable[Any] = entry.get("files") or entry["media"][0]["parts"]
    return str(next(iter(files))["path"])


def _within(file: str, path: str | None, section: Section) -> bool:
    folders = section.locations if path is None else [path]
    return any(_inside(file, folder) for folder in folders) and any(
        _inside(file, location) for location in section.locations
    )


def _inside(file: str, folder: str) -> bool:
    separator = "\\" if "\\" in folder else "/"
    return file.startswith(folder.rstrip("/\\") + separator)

"""Work the server does by itself after it answered: scans and agent refreshes.

Source: docs/engineering/plex.md §5, §1.7, §2.5.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

from plexsync_simulators.plex.events.hub import Hub
from plexsync_simulators.plex.library.loading import load_item
from plexsync_simulators.plex.library.model import Item, Media, PlexLibrary, Section, inside
from plexsync_simulators.plex.life import matching as matches
from plexsync_simulators.plex.life.happenings import leave, readd
from plexsync_simulators.plex.switches import Switches


class Scans:
    """Runs background work, one task each, and can stop it."""

    def __init__(self, library: PlexLibrary, hub: Hub, switches: Switches) -> None:
        self._library = library
        self._hub = hub
        self._switches = switches
        self._tasks: dict[asyncio.Task[None], Section | None] = {}

    def scan(self, section: Section, path: str | None) -> asyncio.Task[None]:
        """Look for new and vanished files in a folder, or in all of the section's."""
        return self._start(self._scan(section, path), section)

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

    def _start(self, work: Coroutine[object, object, None], section: Section | None) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = section
        task.add_done_callback(self._tasks.pop)
        return task

    async def _scan(self, section: Section, path: str | None) -> None:
        section.refreshing = True
        context = {"librarySectionID": section.key}
        activity = self._hub.begin("library.update.section", f"Scanning {section.title}", context)
        # Told at the start too, without a section, as plex-for-kodi saw it on a PMS 1.43.3.
        self._hub.status(f"Scanning the {section.title} section", "LIBRARY_UPDATE")
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
        self._follow_moved(section, path)
        self._notice_mounts(section, path)
        waiting, section.unscanned = section.unscanned, []
        found: list[dict[str, object]] = []
        for entry in waiting:
            file = _first_path(entry)
            seen = _within(file, path, section) and section.is_mounted(file)
            (found if seen else section.unscanned).append(entry)
        for entry in found:
            load_item(self._library, section, entry if "path" not in entry else {"files": [entry]})
        self._notice_vanished(section, path)
        if self._switches.auto_empty_trash:
            self.empty_trash(section, automatic=True)

    def _follow_moved(self, section: Section, path: str | None) -> None:
        """Files that moved: the same item with another `Part.file`, or a new one, as the switch says."""
        seen = {old: new for old, new in section.moved.items() if _within(new, path, section)}
        if not seen:
            return
        section.moved = {old: new for old, new in section.moved.items() if old not in seen}
        for item in list(section.items.values()):
            parts = [part for part in item.parts() if part.path in seen]
            if self._switches.moved_files == "same":
                for part in parts:
                    part.path = seen[part.path]
                if parts:
                    self._library.changed(item, "moved", dated=self._switches.move_moves_updated)
            else:
                for part in parts:
                    section.vanished.add(part.path)
                    file = {"path": seen[part.path], "size": part.size, "duration": part.duration}
                    section.unscanned.append(file)

    def _notice_mounts(self, section: Section, path: str | None) -> None:
        """Items of which no version can be reached stay, as unavailable; they are back when their folder is."""
        for item in section.items.values():
            lost = bool(item.media) and not any(_reachable(media, section) for media in item.media)
            if lost == item.in_trash or not any(_within(part.path, path, section) for part in item.parts()):
                continue
            item.in_trash = lost
            self._library.changed(item)

    def _notice_vanished(self, section: Section, path: str | None) -> None:
        gone = {file for file in section.vanished if _within(file, path, section)}
        if not gone:
            return
        section.vanished -= gone
        for item in list(section.items.values()):
            if not any(part.path in gone for part in item.parts()):
                continue
            left = [media for media in item.media if not any(part.path in gone for part in media.parts)]
            for part in item.parts():
                part.gone = part.path in gone
            item.in_trash = not left
            item.media = left or item.media
            self._library.changed(item)

    def empty_trash(self, section: Section, *, automatic: bool = False) -> None:
        """Remove the items whose files are gone; of unmounted ones a later scan finds the files again."""
        trash = [item for item in section.items.values() if item.in_trash]
        unmounted = [item for item in trash if any(not section.is_mounted(part.path) for part in item.parts())]
        for item in trash:
            if item not in unmounted:
                self._library.remove_item(item)
        if not automatic or self._switches.unmounted_trash == "emptied":
            leave(self._library, unmounted)

    def match(self, item: Item, guid: str, name: str) -> None:
        """Let the agent make the item another film, after the answer."""
        self._start(self._match(item, guid, name), None)

    def match_now(self, item: Item, guid: str, name: str = "", agent: dict[str, object] | None = None) -> Item:
        """The same at once; gives the item that is there afterwards, re-keyed if the switch says.

        An empty guid takes the match away.
        """
        if guid:
            matches.match(self._library, item, guid, name, agent)
        else:
            matches.unmatch(self._library, item)
        self._library.changed(item, "matched")
        return readd(self._library, item, keep=True) if self._switches.match_rekeys else item

    async def _match(self, item: Item, guid: str, name: str) -> None:
        context = {"key": f"/library/metadata/{item.key}"}
        activity = self._hub.begin("library.refresh.items", "Refreshing", context)
        try:
            await asyncio.sleep(self._switches.scan_ms / 1000)
            if item.key in self._library.items:
                self.match_now(item, guid, name)
        finally:
            self._hub.end(activity)

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


def refresh_now(library: PlexLibrary, item: Item) -> None:
    """An agent's refresh, noted as a change."""
    matches.refresh(library, item)
    library.changed(item, "refreshed")


def _is_me(task: asyncio.Task[None]) -> bool:
    return task is asyncio.current_task()


def _first_path(entry: dict[str, Any]) -> str:
    if "path" in entry:
        return str(entry["path"])
    files: Iterable[Any] = entry.get("files") or entry["media"][0]["parts"]
    return str(next(iter(files))["path"])


def _within(file: str, path: str | None, section: Section) -> bool:
    return (path is None or inside(file, path)) and section.contains(file)


def _reachable(media: Media, section: Section) -> bool:
    return all(section.is_mounted(part.path) and not part.gone for part in media.parts)

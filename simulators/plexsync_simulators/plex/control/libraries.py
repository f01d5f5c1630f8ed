"""The control pages about whole libraries, their folders and disks, and the server as a whole."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from aiohttp import web

from plexsync_simulators.plex.library.dumping import dump_section
from plexsync_simulators.plex.library.model import Section
from plexsync_simulators.plex.life import happenings
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.plex.server import PlexServer
from plexsync_simulators.shared.control import page
from plexsync_simulators.shared.json_type import Json


class LibraryControl:
    """One method per path; each takes the request's JSON and gives JSON."""

    def __init__(self, server: PlexServer) -> None:
        self._server = server
        self._library = server.library

    async def load(self, _request: web.Request, body: Json) -> Json:
        """`POST library {"sections": […]}`: add sections with their items."""
        self._server.load(body)
        return {"items": len(self._library.items)}

    async def edit(self, request: web.Request, body: Json) -> Json:
        """`POST sections/{id} {"title"?, "locations"?: […]}`: renamed; other folders, whose items go at once."""
        section = self._library.section(request.match_info["section"])
        if "title" in body:
            happenings.rename(self._library, section, str(body["title"]))
        if "locations" in body:
            with self._server.hub.removing():
                happenings.relocate(self._library, section, list(body["locations"]))
        return dump_section(section)

    async def empty(self, request: web.Request, _: Json) -> Json:
        """`POST sections/{id}/empty`: all its items go, it stays."""
        with self._server.hub.removing():
            return {"removed": happenings.empty(self._library, self._library.section(request.match_info["section"]))}

    async def remove(self, request: web.Request, _: Json) -> Json:
        """`DELETE sections/{id}`: the library goes with all its items."""
        section = self._library.section(request.match_info["section"])
        self._server.scans.cancel(section)
        with self._server.hub.removing():
            return {"removed": happenings.remove_section(self._library, section)}

    async def scan(self, request: web.Request, _: Json) -> Json:
        """`POST sections/{id}/scan[?path=]`: a whole scan, done when this answers."""
        section = self._library.section(request.match_info["section"])
        await self._server.scans.scan(section, request.query.get("path"))
        return dump_section(section)

    async def unscanned(self, _request: web.Request, body: Json) -> Json:
        """`POST unscanned {"section": "1", "files": […]}`: files on disk that only a scan will find."""
        self._section(body).unscanned.extend(body["files"])
        return {}

    async def vanish(self, _request: web.Request, body: Json) -> Json:
        """`POST vanish {"section": "1", "paths": […]}`: files gone from disk, noticed at the next scan."""
        self._section(body).vanished.update(body["paths"])
        return {}

    async def reappear(self, _request: web.Request, body: Json) -> Json:
        """`POST reappear {"section": "1", "paths": […]}`: files back on disk, noticed at the next scan."""
        section, paths = self._section(body), set(body["paths"])
        section.vanished -= paths
        for item in section.items.values():
            for part in item.parts():
                part.gone = part.gone and part.path not in paths
        return {}

    async def move(self, _request: web.Request, body: Json) -> Json:
        """`POST move {"section": "1", "from": path, "to": path}`: a file or a folder, noticed at the next scan."""
        source, target = str(body["from"]), str(body["to"])
        return {"files": happenings.move(self._library, self._section(body), source, target)}

    async def unmount(self, _request: web.Request, body: Json) -> Json:
        """`POST unmount {"section": "1", "path": folder}`: its disk is away, noticed at the next scan."""
        self._section(body).unmounted.add(str(body["path"]))
        return {}

    async def mount(self, _request: web.Request, body: Json) -> Json:
        """`POST mount {"section": "1", "path": folder}`: its disk is back, noticed at the next scan."""
        self._section(body).unmounted.discard(str(body["path"]))
        return {}

    async def replace(self, _request: web.Request, body: Json) -> Json:
        """`POST replace {"machine_id"?, "library"?: {…}, "keep"?: bool, "keys"?: "rotated" | "fresh"}`.

        Another server answers at this address from now on: with that library, or with the same files under other
        rating keys ("rotated": each old key now names another film), its metadata reset unless kept.
        """
        keys = body.get("keys", "rotated")
        if keys not in ("rotated", "fresh"):
            raise Refused(400, f"keys are rotated or fresh, not {keys!r}")
        machine_id = str(body.get("machine_id") or secrets.token_hex(20))
        keep = bool(body.get("keep", False))
        await self._server.replace(machine_id, body.get("library"), keep=keep, fresh_keys=keys == "fresh")
        return {"machine_id": machine_id, "items": len(self._library.items)}

    def _section(self, body: Json) -> Section:
        return self._library.section(str(body["section"]))


def routes(server: PlexServer) -> Iterable[web.RouteDef]:
    """The routes of these pages."""
    control = LibraryControl(server)
    return [
        page("POST", "library", control.load),
        page("POST", "sections/{section}", control.edit),
        page("DELETE", "sections/{section}", control.remove),
        page("POST", "sections/{section}/empty", control.empty),
        page("POST", "sections/{section}/scan", control.scan),
        page("POST", "unscanned", control.unscanned),
        page("POST", "vanish", control.vanish),
        page("POST", "reappear", control.reappear),
        page("POST", "move", control.move),
        page("POST", "unmount", control.unmount),
        page("POST", "mount", control.mount),
        page("POST", "replace", control.replace),
    ]

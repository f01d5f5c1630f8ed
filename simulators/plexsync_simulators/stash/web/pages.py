"""Everything over HTTP that is neither GraphQL nor a picture: login, health, the page, plugin files."""

from __future__ import annotations

from aiohttp import web

from plexsync_simulators.stash.plugins.registry import Plugin, asset_path
from plexsync_simulators.stash.sessions import Session
from plexsync_simulators.stash.state import Stash
from plexsync_simulators.stash.web.access import Access
from plexsync_simulators.stash.web.images import picture
from plexsync_simulators.stash.web.interface import Interface


class WebPages:
    """The handlers."""

    def __init__(self, stash: Stash, access: Access, interface: Interface) -> None:
        self._stash = stash
        self._access = access
        self._interface = interface

    def routes(self) -> list[web.RouteDef]:
        """The routes, the page last: it answers every path nobody else owns, as the real one does."""
        return [
            web.get("/healthz", self.health),
            web.post("/login", self.log_in),
            web.get("/login", self.page),
            web.get("/downloads/{key}/{name}", self.download, allow_head=False),
            web.get("/plugin/{id}/javascript", self.javascript, allow_head=False),
            web.get("/plugin/{id}/css", self.css, allow_head=False),
            web.get("/plugin/{id}/assets/{path:.*}", self.asset, allow_head=False),
            web.get("/plugin/{id}", self.plugin_root, allow_head=False),
            web.get("/plugin/{id}/{rest:.*}", self.plugin_root, allow_head=False),
            web.get("/{path:.*}", self.page, allow_head=False),
        ]

    async def health(self, _request: web.Request) -> web.Response:
        """A dot, without any login."""
        return web.Response(text=".", content_type="text/plain")

    async def log_in(self, request: web.Request) -> web.Response:
        """Answer 200 with a cookie, or 401 with a text."""
        form = await request.post()
        username = str(form.get("username", ""))
        if not self._access.log_in(username, str(form.get("password", ""))):
            return web.Response(status=401, text="Username or password is invalid\n")
        response = web.Response()
        self._access.renew(response, Session(username))
        return response

    async def download(self, request: web.Request) -> web.Response:
        """A file the server made for somebody, as exportObjects does."""
        content = self._stash.outside.downloads.get(request.match_info["key"])
        if content is None:
            raise web.HTTPNotFound(text="404 page not found\n")
        return web.Response(body=content, content_type="application/zip")

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The user interface's page, at every path of its own, and its files."""
        return self._interface.answer(request)

    async def javascript(self, request: web.Request) -> web.Response:
        """The plugin's scripts one after the other; empty text where it has none."""
        plugin = self._plugin(request)
        return picture(request, _joined(plugin, plugin.javascript), "text/javascript")

    async def css(self, request: web.Request) -> web.Response:
        """The plugin's style sheets one after the other."""
        plugin = self._plugin(request)
        return picture(request, _joined(plugin, plugin.css), "text/css")

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """A file of a mapped folder; a folder shows its names."""
        path = asset_path(self._plugin(request), request.match_info["path"])
        if path is None or not path.exists():
            raise web.HTTPNotFound(text="404 page not found\n")
        if path.is_dir():
            names = "".join(f'<a href="{name}">{name}</a>\n' for name in sorted(entry.name for entry in path.iterdir()))
            return web.Response(text=f"<!doctype html>\n<pre>\n{names}</pre>\n", content_type="text/html")
        return web.FileResponse(path)

    async def plugin_root(self, request: web.Request) -> web.Response:
        """404 in two wordings: an unknown plugin and a known one (recordings plugin_deep_link, plugin_known_root)."""
        self._plugin(request)
        raise web.HTTPNotFound(text="404 page not found\n")

    def _plugin(self, request: web.Request) -> Plugin:
        plugin = self._stash.plugins.get(request.match_info["id"])
        if plugin is None:
            raise web.HTTPNotFound(text="Not Found\n")
        return plugin


def _joined(plugin: Plugin, names: tuple[str, ...]) -> bytes:
    return b"".join(b"\n" + (plugin.folder / name).read_bytes() for name in names)

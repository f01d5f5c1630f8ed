"""The user interface: a page at every path of its own, and the files it loads (recordings http/root_page)."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from aiohttp import web

from plexsync_simulators.stash.web.images import picture

_PLAIN = b'<!DOCTYPE html>\n<html><head><base href="/" /><title>Stash</title></head><body>simulated</body></html>\n'
_POLICY = (
    "default-src data: 'self' 'unsafe-inline'; connect-src data: 'self' ws: wss:; img-src data: *; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; media-src blob: 'self'; "
    "worker-src blob:; child-src 'none'; object-src 'none'; form-action 'self';"
)


class Interface:
    """Serves a folder with ``index.html``, or a plain page without one."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def answer(self, request: web.Request) -> web.StreamResponse:
        """Return a file for a path with an ending, else the page; its base knows the prefix of a reverse proxy."""
        inside = PurePosixPath(request.path.lstrip("/"))
        if self._folder is not None and inside.suffix and ".." not in inside.parts:
            file = self._folder / inside
            if not file.is_file():
                raise web.HTTPNotFound(text="404 page not found\n")
            return web.FileResponse(file)
        page = _PLAIN if self._folder is None else (self._folder / "index.html").read_bytes()
        prefix = request.headers.get("X-Forwarded-Prefix", "").rstrip("/").encode()
        response = picture(request, page.replace(b'<base href="/"', b'<base href="%s/"' % prefix, 1), "text/html")
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Referrer-Policy"] = "same-origin"
        return response

"""Rights of a request: cookies, API keys, the login (recordings graphql/auth_*, http/auth_*, http/login_*)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import quote

from aiohttp import web

from plexsync_simulators.stash.config import Config
from plexsync_simulators.stash.sessions import COOKIE, Session, Sessions

_OPEN = ("/login", "/logout", "/healthz", "/favicon.ico")


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that may go on; `renews` says that its answer sets a fresh cookie."""

    session: Session
    renews: bool


class Access:
    """Lets requests in or answers them itself."""

    def __init__(self, config: Config, sessions: Sessions) -> None:
        self._config = config
        self._sessions = sessions
        self._tripped = False

    def judge(self, request: web.Request) -> Admitted | web.Response:
        """Return who asks, or the refusal.

        A wrong API key is 401 even where no password is set. On an open server the cookie is not looked at, except
        for the hooks it says were visited, and one request from a public address closes it for everybody.
        """
        key = request.headers.get("ApiKey") or request.query.get("apikey")
        if key:
            return Admitted(Session(self._config.username), renews=False) if key == self._config.api_key else _denied()
        if not self._config.protected:
            return self._open(request)
        session = self._sessions.read(request.cookies.get(COOKIE, ""))
        if session is not None and session.user:
            return Admitted(session, renews=True)
        return Admitted(Session(), renews=False) if request.path in _OPEN else _asked_to_log_in(request)

    def log_in(self, username: str, password: str) -> bool:
        """Whether these are the right words."""
        return (username, password) == (self._config.username, self._config.password)

    def renew(self, response: web.StreamResponse, session: Session) -> None:
        """Put a fresh cookie on an answer, its own visits and user kept."""
        age = self._config.max_session_age
        until = format_datetime(self._sessions.now() + timedelta(seconds=age), usegmt=True)
        value = self._sessions.issue(session)
        response.set_cookie(COOKIE, value, path="/", expires=until, max_age=age, samesite="Lax")

    def _open(self, request: web.Request) -> Admitted | web.Response:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[0].strip()
        if forwarded and not _private(forwarded):
            self._tripped = True
        if self._tripped:
            return web.Response(status=403)
        session = self._sessions.read(request.cookies.get(COOKIE, ""))
        return Admitted(session or Session(), renews=False)


def _denied() -> web.Response:
    return web.Response(status=401, headers={"Www-Authenticate": "FormBased", "Vary": "Origin"})


def _asked_to_log_in(request: web.Request) -> web.Response:
    """Pages and images are sent to the login, GraphQL and plugin assets are told 401."""
    if request.path == "/graphql" or "/assets/" in request.path:
        return _denied()
    location = f"/login?returnURL={quote(request.path_qs, safe='')}"
    body = f'<a href="{location}">Found</a>.\n\n'
    return web.Response(status=302, text=body, content_type="text/html", headers={"Location": location})


def _private(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False

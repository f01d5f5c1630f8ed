"""The context of the agent's work: the settings, and a client for each server; shared by its threads."""

from __future__ import annotations

import logging
import os
import threading
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from plexsync.domain.advice import explain_error
from plexsync.domain.errors import BadSetting, NotConfigured, PlexSyncError, SettingsGone
from plexsync.domain.settings import Settings, resolve
from plexsync.net.redaction import Redactor
from plexsync.net.tls import Address
from plexsync.plex.client import PlexClient
from plexsync.runtime.settings import read_settings
from plexsync.runtime.sync_state import setup_of
from plexsync.stash.client import StashClient
from plexsync.stash.connection import Connection
from plexsync.stash.plugin import plugin_page
from plexsync.store import Store
from plexsync.store.files.stash_files import StashFiles
from plexsync.store.state import CLIENT_ID

PLEX = "plex"
"""The name of the one target there is today."""

_OF_PLEX = frozenset({"plex_url", "plex_token", "plex_certificate", "plex_server"})

_log = logging.getLogger("plexsync")


@dataclass(frozen=True, slots=True)
class _Clients:
    generation: int
    settings: Settings
    stash_from: Connection | None
    stash: StashClient | None
    plex: Mapping[str, PlexClient | PlexSyncError]


class Context:
    """Settings and clients; ``generation`` grows whenever they change.

    :meth:`refresh` may change them at any moment. A plan must not be sent to another
    server than it was made for. So such work uses a :meth:`copy` and decides when to :meth:`catch_up`.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._environment = dict(os.environ if environment is None else environment)
        self._lock = threading.Lock()
        self.files = StashFiles(folder)
        self.redactor = Redactor()
        self._kept_cookie = self._known_cookie = ""
        self._page: Mapping[str, object] | None = None
        self._stash_folder = ""
        self.plugin_off = ""
        """By what Stash has the plugin off, as :class:`PluginPage` says it: then PlexSync pauses, whatever is set."""
        self._clients = _Clients(0, resolve({}, {}, {}), None, None, {})

    def copy(self) -> Context:
        """Return a context that nobody refreshes."""
        copied = Context(self.folder, self._environment)
        copied.redactor = self.redactor
        copied.catch_up(self)
        return copied

    def catch_up(self, live: Context) -> None:
        """Take over what others have come to be, all at once."""
        self._clients = live._clients

    @property
    def generation(self) -> int:
        """How often settings or clients have changed."""
        return self._clients.generation

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._clients.settings

    @property
    def stash(self) -> StashClient:
        """The client for Stash; raises :class:`NotConfigured` as long as nobody said where Stash is."""
        client = self._clients.stash
        if client is None:
            raise NotConfigured(setting="stash_url")
        return client

    def plex(self, target: str) -> PlexClient:
        """Return the client of a target; raises a settings error as long as address or token are missing or wrong."""
        client = self._clients.plex.get(target, NotConfigured(setting="plex_url"))
        if isinstance(client, PlexSyncError):
            raise client
        return client

    @property
    def stash_folder(self) -> str:
        """Stash's own folder, as it told a plugin that it started; "" if it never did."""
        return self._stash_folder

    def refresh(self, store: Store) -> bool:
        """Read everything again, Stash's page too if Stash answers; tell whether anything changed."""
        changed = self.reread(store)
        self.ask_page()
        return self.reread(store) or changed

    def reread(self, store: Store) -> bool:
        """Read again what stands in files; tell whether anything changed. Asks no server."""
        with self._lock:
            return self._apply(store, self._page or self.files.page)

    def ask_page(self) -> bool:
        """Ask Stash for its page's settings and keep them; tell whether the next :meth:`reread` finds anything new."""
        client = self._clients.stash
        if client is None:
            return False
        try:
            told = plugin_page(client)
        except PlexSyncError as error:
            _log.debug("settings of Stash's page not read: %s", error)
            return False
        is_other = told.plugin_off != self.plugin_off
        self.plugin_off = told.plugin_off
        if client is not self._clients.stash:
            self._page = None
            return is_other
        return self._keep_page(told.settings) or is_other

    def _keep_page(self, page: Mapping[str, object]) -> bool:
        """Keep the settings of Stash's page; tell whether they are others than before."""
        if page == (self._page or self.files.page):
            return False
        try:
            self.files.keep_page(page)
            self._page = None
        except OSError:  # a full disk: they are in force as long as this process lives
            self._page = page
        return True

    def _apply(self, store: Store, page: Mapping[str, object]) -> bool:
        settings = read_settings(self.folder, self._environment, page)
        session = self.files.session
        self._stash_folder = str((session or {}).get("dir", ""))
        if self.plugin_off or setup_of(store).held:
            settings = replace(settings, values={**settings.values, "paused": True})
        connection = _connection(settings, session)
        before = self._clients
        if before.generation and _keeps_last(settings, before.settings):
            return False
        if before.generation and settings == before.settings and _same_server(connection, before.stash_from):
            return False
        self._clients = self._build(store, settings, connection)
        self._kept_cookie = "" if connection is None else connection.cookie
        self._know_secrets()
        return True

    def _know_secrets(self) -> None:
        settings = self.settings
        stash = self._clients.stash
        self._known_cookie = "" if stash is None else stash.cookie
        cookies = [self._kept_cookie, self._known_cookie]
        self.redactor.know([*settings.secrets, *cookies])

    def _build(self, store: Store, settings: Settings, connection: Connection | None) -> _Clients:
        """Make clients for what is new; what is as before goes on as it is."""
        before = self._clients
        connect, read = settings.number("connect_timeout"), settings.number("read_timeout")
        same_pace = (connect, read) == (
            before.settings.number("connect_timeout"),
            before.settings.number("read_timeout"),
        )
        stash = before.stash if same_pace and _same_server(connection, before.stash_from) else None
        if stash is None and connection is not None:
            stash = StashClient(connection, connect_timeout=connect, read_timeout=read)
        is_same = before.generation and _plex_values(settings) == _plex_values(before.settings)
        plex = before.plex if is_same else {PLEX: _plex_client(store, settings)}
        return _Clients(before.generation + 1, settings, connection, stash, plex)

    def adopt_session(self) -> Mapping[str, object] | None:
        """Go on with the session that a task or the page has left, if it is another one; returns what is kept."""
        kept, stash = self.files.session, self._clients.stash
        self._stash_folder = str((kept or {}).get("dir", ""))
        if kept and stash is not None and kept["cookie"] != self._kept_cookie:
            stash.renew(kept["cookie"])
            self._kept_cookie = kept["cookie"]
            self._know_secrets()
        return kept

    def know_cookie(self) -> None:
        """Keep a cookie that Stash has renewed out of every text from now on."""
        stash = self._clients.stash
        if stash is not None and stash.cookie != self._known_cookie:
            self._know_secrets()

    def keep_session(self) -> None:
        """Leave our own renewed session to the next agent.

        This is no periodic write: it is done when an agent ends, and when the disk is awake anyway.
        """
        kept, stash = self.files.session, self._clients.stash
        if not kept or stash is None or kept["cookie"] != self._kept_cookie or stash.cookie == self._kept_cookie:
            return
        with suppress(OSError):  # a full disk: the next try keeps it
            self.files.keep_session({**kept, "cookie": stash.cookie})
            self._kept_cookie = stash.cookie


def _same_server(one: Connection | None, other: Connection | None) -> bool:
    """Tell whether two connections lead to the same Stash; a cookie is renewed in place."""
    if one is None or other is None:
        return one is other
    return (one.url, one.api_key, one.certificate) == (other.url, other.api_key, other.certificate)


def _plex_values(settings: Settings) -> tuple[object, ...]:
    """Return what a client for Plex is made of, and what is wrong with that."""
    keys = ("plex_url", "plex_token", "plex_certificate", "plex_server", "connect_timeout", "read_timeout")
    return (*(settings.values[key] for key in keys), *(str(problem) for problem in settings.problems))


def client_id(store: Store) -> str:
    """Return the id under which Plex knows this install, making one at the first call."""
    known = store.state.get(CLIENT_ID)
    if known is None:
        known = uuid.uuid4().hex
        store.state.put(CLIENT_ID, known)
    return known


def _is_broken_file(problem: BadSetting) -> bool:
    """Tell whether the settings file says nothing; of one that is gone, there is a copy."""
    return problem.data["setting"] == "settings.toml" and not isinstance(problem, SettingsGone)


def _keeps_last(read: Settings, before: Settings) -> bool:
    """Tell whether the settings read before stay in force: the file was good then, and is not now."""
    broken = next(filter(_is_broken_file, read.problems), None)
    if broken is None or any(map(_is_broken_file, before.problems)):
        return False
    _log.warning("%s The settings read before stay in force.", explain_error(broken))
    return True


def _plex_client(store: Store, settings: Settings) -> PlexClient | PlexSyncError:
    """Make the client for a Plex server, or say what is wrong with the settings it needs."""
    for wrong in settings.problems:
        if _is_broken_file(wrong) or wrong.data["setting"] in _OF_PLEX:
            return wrong
    try:
        return PlexClient(
            Address(settings.require("plex_url"), settings.text("plex_certificate")),
            settings.text("plex_token"),
            connect_timeout=settings.number("connect_timeout"),
            read_timeout=settings.number("read_timeout"),
            client_id=client_id(store),
            machine_id=settings.text("plex_server"),
        )
    except PlexSyncError as problem:
        return problem


def _connection(settings: Settings, session: Mapping[str, Any] | None) -> Connection | None:
    key, certificate = settings.text("stash_api_key"), settings.text("stash_certificate")
    if settings.text("stash_url"):
        return Connection(settings.text("stash_url"), api_key=key, certificate=certificate)
    if not session:
        return None
    return Connection(session["url"], cookie=session.get("cookie", ""), api_key=key, certificate=certificate)

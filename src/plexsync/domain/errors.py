"""Everything that can go wrong, as a small tree.

::

    PlexSyncError            code, scope, data
    ├── ItemError            one scene or item: retried with back-off, then a dead letter
    │   ├── ItemRejected     Plex refused this edit (400, 409, 414, 500 while it answers otherwise)
    │   ├── ItemGone         the item is no longer there (404)
    │   ├── ItemUnreadable   Plex answers for other items, not for this one
    │   ├── SceneUnreadable  Stash answers for other scenes, not for this one
    │   ├── NotApplied       Plex answered 200 but shows something else
    │   ├── ImageRejected    Plex or Stash would not deal with an image
    │   ├── SceneFails       a server fails at this scene and does well with others
    │   └── InternalError    PlexSync itself fails at this scene
    ├── ServerError          a whole server: the breaker opens, no attempt is spent
    │   ├── Unreachable      nobody listens at its address
    │   │   ├── NoSuchHost   its name is not known
    │   │   ├── NoReply      no answer in time
    │   │   ├── Dropped      it hung up without an answer
    │   │   │   └── HttpsOnly  it does so on http, and speaks TLS
    │   │   └── TlsFailed    its certificate is not trusted, or it speaks no TLS
    │   ├── NotReady         Stash waits for a person: its set-up, or the migration of its database
    │   ├── Starting         503: start-up maintenance, or too busy
    │   ├── TooManyRequests  429: it is to be asked less
    │   ├── TokenRefused     401 or 498: token or key not accepted
    │   │   ├── SessionRefused  Stash's session has expired
    │   │   └── PasswordSet  Stash asks for a password since a while ago
    │   ├── NotAllowed       403: valid, but may not do this
    │   └── BadAnswer        5xx, a cut-off or malformed answer
    │       ├── TakesNoEdits answers what is asked and fails at every edit
    │       ├── OtherServer  something else answers at its address
    │       │   └── Moved    it sends to another address
    │       └── WebPage      a page for people (a proxy's, say) in its place
    └── SettingsError        stop, and say what to fix
        ├── NotConfigured    a needed setting has no value
        ├── BadSetting       a value that cannot be understood
        │   ├── SettingsUnreadable  settings.toml cannot be read at all
        │   └── SettingsGone        settings.toml is gone, and a copy of it is in force
        ├── WouldLockOut     writing a file would take it away from its owner
        ├── NoLocks          the data folder's file system cannot lock files
        ├── NoSuchLibrary    a library of that name does not exist
        ├── NoSuchSetting    a setting of that name does not exist
        ├── PinExpired       the time to sign in is over
        ├── NotSignedIn      nobody has signed in to Plex
        ├── NoPlexServer     the account has no server
        ├── NoSuchServer     the account has no server of that name
        │   └── SeveralServers  it has several
        ├── NotOwnServer     the server belongs to somebody else
        ├── StepsMissing     a set-up cannot start yet
        ├── Unsupported      the server lacks something PlexSync needs
        ├── StateTooNew      state.db comes from a newer PlexSync
        ├── StateDamaged     state.db cannot be read as a database
        └── FolderUnusable   the data folder cannot be read or written

Each carries its data; :mod:`plexsync.domain.advice` is the one place that turns ``code`` and ``data`` into words.
"""

from __future__ import annotations

from enum import Enum
from typing import ClassVar


class Scope(str, Enum):
    """How far an error reaches."""

    ITEM = "item"
    SERVER = "server"
    SETTINGS = "settings"


class PlexSyncError(Exception):
    """Base of the tree; ``data`` must never hold a token, key or cookie."""

    code: ClassVar[str] = "error"
    scope: ClassVar[Scope]

    def __init__(self, **data: str) -> None:
        """Keep the data an explanation needs."""
        super().__init__(self.code, data)
        self.data: dict[str, str] = data

    def __str__(self) -> str:
        """Show code and data, for logs."""
        facts = ", ".join(f"{name}={value}" for name, value in self.data.items())
        return f"{self.code}: {facts}" if facts else self.code


class ItemError(PlexSyncError):
    """Concerns one scene or item only."""

    scope = Scope.ITEM


class ItemRejected(ItemError):
    """Plex refused this edit. Data: rating_key, status, detail, by; of a single value also field, value, size.

    Where it was Plex's database, busy or locked, ``because`` is "database".
    """

    code = "item_rejected"


class ItemGone(ItemError):
    """The item is no longer in Plex. Data: rating_key."""

    code = "item_gone"


class NotApplied(ItemError):
    """Plex took an edit and shows something else. Data: rating_key, fields; because and names where names stay."""

    code = "not_applied"


class ItemUnreadable(ItemError):
    """Plex answers for other items but not for this one. Data: rating_key, detail."""

    code = "item_unreadable"


class SceneUnreadable(ItemError):
    """Stash answers for other scenes but not for this one. Data: scene_id, detail."""

    code = "scene_unreadable"


class ImageRejected(ItemError):
    """An image could not be read or uploaded. Data: rating_key or scene_id, status, detail."""

    code = "image_rejected"


class SceneFails(ItemError):
    """A server fails at this scene while it does well with others. Data: server, status, detail."""

    code = "scene_fails"


class InternalError(ItemError):
    """PlexSync itself fails at this scene. Data: detail."""

    code = "bug"


class ServerError(PlexSyncError):
    """Concerns a whole server. Data: server ("plex" or "stash"), url (without secrets), detail."""

    scope = Scope.SERVER


class Unreachable(ServerError):
    """Nobody listens at the address."""

    code = "unreachable"


class NoSuchHost(Unreachable):
    """The name in the address leads nowhere."""

    code = "no_such_host"


class NoReply(Unreachable):
    """No answer in time; whether a write had its effect is not known."""

    code = "no_reply"


class Dropped(Unreachable):
    """The connection was ended without an answer; whether a write had its effect is not known."""

    code = "dropped"


class HttpsOnly(Dropped):
    """It hangs up on http and speaks TLS. Data: also https_url."""

    code = "https_only"


class TlsFailed(Unreachable):
    """No trusted connection; ``detail`` says what is wrong with it."""

    code = "tls_failed"


class NoAddressAnswers(Unreachable):
    """A chosen server answers at none of its addresses. Data: name, number, detail."""

    code = "no_address_answers"


class NotReady(ServerError):
    """Stash waits for a person before it can answer: for its set-up, or for the migration of its database."""

    code = "not_ready"


class Starting(ServerError):
    """The server answers 503: it is starting, or too busy."""

    code = "starting"


class TooManyRequests(ServerError):
    """The server, or a proxy before it, wants fewer requests (429). Data: also retry_after (seconds)."""

    code = "too_many_requests"


class TokenRefused(ServerError):
    """Token or key not accepted (401, 498)."""

    code = "token_refused"


class SessionRefused(TokenRefused):
    """Stash no longer accepts the session it gave."""

    code = "session_refused"


class PasswordSet(TokenRefused):
    """Stash asks for a password and did not do so before, or PlexSync never had anything to show."""

    code = "password_set"


class NotAllowed(ServerError):
    """Accepted, but not allowed to do this (403). Data: also action."""

    code = "not_allowed"


class BadAnswer(ServerError):
    """A 5xx, cut-off or malformed answer. Data: also status."""

    code = "bad_answer"


class TakesNoEdits(BadAnswer):
    """The server reads well and takes no edit, not even one that changes nothing. Data: also status."""

    code = "takes_no_edits"


class OtherServer(BadAnswer):
    """Another server answers than the one that was asked for."""

    code = "other_server"


class Moved(OtherServer):
    """It sends to another address, which is never followed: the token belongs to this one. Data: also location."""

    code = "moved"


class ForeignServer(OtherServer):
    """Another Plex server answers than the chosen one; it got no token."""

    code = "foreign_server"


class WebPage(BadAnswer):
    """A page for people came in place of an answer: a proxy's, or that of a login before the server."""

    code = "web_page"


class SettingsError(PlexSyncError):
    """Something a person has to set right."""

    scope = Scope.SETTINGS


class NotConfigured(SettingsError):
    """A needed setting has no value. Data: setting."""

    code = "not_configured"


class BadSetting(SettingsError):
    """A value that cannot be understood. Data: setting, value (masked if secret), allowed, origin."""

    code = "bad_setting"


class SettingsUnreadable(BadSetting):
    """``settings.toml`` cannot be read at all. Data: setting, path, detail."""

    code = "settings_unreadable"


class SettingsGone(BadSetting):
    """``settings.toml`` is gone or empty, and a copy of what it said last stays in force. Data: setting, path."""

    code = "settings_gone"


class WouldLockOut(SettingsError):
    """Writing a file would take it away from the user it belongs to. Data: path, owner, user."""

    code = "would_lock_out"


class NoLocks(SettingsError):
    """The data folder's file system knows no locks. Data: path, detail."""

    code = "no_locks"


class NoSuchLibrary(SettingsError):
    """A configured library does not exist. Data: library, available."""

    code = "no_such_library"


class NoSuchSetting(SettingsError):
    """A setting that does not exist. Data: setting, nearest."""

    code = "no_such_setting"


class PinExpired(SettingsError):
    """The time to approve a sign-in is over, or a person turned it down."""

    code = "pin_expired"


class NotSignedIn(SettingsError):
    """Nobody has signed in to Plex."""

    code = "not_signed_in"


class NoPlexServer(SettingsError):
    """An account has no server. Data: account."""

    code = "no_plex_server"


class NoSuchServer(SettingsError):
    """An account has no server of that name or id. Data: name, available."""

    code = "no_such_server"


class SeveralServers(NoSuchServer):
    """An account has several servers of one name. Data: name, available (their ids)."""

    code = "several_servers"


class NotOwnServer(SettingsError):
    """A server belongs to somebody else, so nothing can be edited there. Data: name, owner."""

    code = "not_own_server"


class StepsMissing(SettingsError):
    """A set-up cannot start before some steps have an answer. Data: step."""

    code = "steps_missing"


class Unsupported(SettingsError):
    """A server lacks something PlexSync needs. Data: server, version, missing."""

    code = "unsupported"


class StateTooNew(SettingsError):
    """``state.db`` was written by a newer PlexSync. Data: path, version, known."""

    code = "state_too_new"


class StateDamaged(SettingsError):
    """``state.db`` cannot be read as a database. Data: path, detail."""

    code = "state_damaged"


class FolderUnusable(SettingsError):
    """The data folder cannot be read or written. Data: path, detail."""

    code = "folder_unusable"

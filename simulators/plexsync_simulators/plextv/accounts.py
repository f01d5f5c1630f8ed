"""People of plex.tv: an owner and a managed user of the same home, their tokens, and the servers they may use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from secrets import token_hex

from plexsync_simulators.shared.json_type import Row

OWNER, MANAGED = "owner", "managed"
_FEATURES = ["home", "collections", "two-factor-authentication"]


@dataclass(frozen=True, slots=True)
class Person:
    """One account; a managed user has neither a user name nor an address of its own."""

    id: int
    uuid: str
    title: str
    username: str
    email: str
    managed: bool


PEOPLE = {
    OWNER: Person(900001, "0000000000000001", "example-owner", "example-owner", "owner@example.com", managed=False),
    MANAGED: Person(900002, "0000000000000002", "Example Child", "", "", managed=True),
}


@dataclass(slots=True)
class Accounts:
    """Tokens that may ask, whose they are, and the rows of servers; an expired token is one that has run out."""

    resources: list[Row] = field(default_factory=list)
    expired: set[str] = field(default_factory=set)
    _tokens: dict[str, str] = field(default_factory=dict)
    _clients: dict[tuple[str, str], str] = field(default_factory=dict)

    def sign_in(self, name: str, client: str) -> str:
        """A new token for a person and a client; the one it had before is dead (docs/engineering/plextv.md §5)."""
        self._tokens.pop(self._clients.pop((name, client), ""), None)
        token = f"acct-{token_hex(10)}"
        self.admit(token, name)
        self._clients[name, client] = token
        return token

    def admit(self, token: str, name: str = OWNER) -> None:
        """Let a token ask for a person."""
        self.expired.discard(token)
        self._tokens[token] = name

    def revoke(self, tokens: Iterable[str]) -> None:
        """Let tokens be dead from now on."""
        for token in tokens:
            self._tokens.pop(token, None)

    def whose(self, token: str) -> str | None:
        """The name of a token's person, None for a dead one."""
        return self._tokens.get(token)

    def tokens(self) -> list[str]:
        """Every token that is alive."""
        return list(self._tokens)


def user(person: Person, token: str) -> Row:
    """The answer about a person, with all its ballast (recordings user.json and user_managed.json)."""
    mailing: object = None if person.managed else "unsubscribed"
    row: Row = {
        "id": person.id,
        "uuid": person.uuid,
        "username": person.username,
        "title": person.title,
        "email": person.email,
        "friendlyName": person.title if person.managed else "",
        "locale": None,
        "confirmed": not person.managed,
        "joinedAt": 1704103200,
        "emailOnlyAuth": False,
        "hasPassword": not person.managed,
        "protected": person.managed,
        "thumb": thumb(person),
        "authToken": token,
        "mailingListStatus": mailing,
        "mailingListActive": False,
        "scrobbleTypes": "",
        "country": "NL",
        "subscription": _subscription(),
        "subscriptionDescription": None,
        "restricted": person.managed,
        "anonymous": None,
    }
    if person.managed:
        kinds = ("all", "movies", "music", "photos", "television")
        row |= {"providers": [], "restrictionProfile": None, "customRestrictions": dict.fromkeys(kinds), "settings": []}
    return {**row, **_home(person), **_rest(person)}


def thumb(person: Person) -> str:
    """The address of a person's picture."""
    return f"https://plex.tv/users/{person.uuid}/avatar?c=1704103200"


def _subscription() -> Row:
    nothing = dict.fromkeys(("subscribedAt", "paymentService", "plan"))
    return {"active": False, "status": "Inactive", "features": list(_FEATURES), **nothing}


def _home(person: Person) -> Row:
    return {
        "home": True,
        "guest": False,
        "homeSize": 2,
        "homeAdmin": not person.managed,
        "maxHomeSize": 15,
        "rememberExpiresAt": None if person.managed else 1768478400,
    }


def _rest(person: Person) -> Row:
    ads: Row = dict.fromkeys(("adsConsent", "adsConsentSetAt", "adsConsentReminderAt"))
    lists: Row = {name: [] for name in ("entitlements", "subscriptions", "pastSubscriptions", "trials")}
    service = {"identifier": "example-service", "endpoint": "https://service.example.org", "secret": None}
    return {
        "profile": {
            "autoSelectAudio": True,
            "defaultAudioLanguage": None,
            "defaultSubtitleLanguage": None,
            "autoSelectSubtitle": 1,
            "defaultSubtitleAccessibility": 0,
            "defaultSubtitleForced": 0,
            "watchedIndicator": 1,
            "mediaReviewsVisibility": 0,
        },
        **lists,
        "services": [{**service, "token": "simulated-service-token", "status": "online"}],
        **ads,
        "experimentalFeatures": False,
        "twoFactorEnabled": not person.managed,
        "backupCodesCreated": not person.managed,
        "attributionPartner": None,
    }


def home() -> Row:
    """The users of the home (recording home_users.json)."""
    return {"id": 900100, "users": [_member(person) for person in PEOPLE.values()]}


def _member(person: Person) -> Row:
    return {
        "id": person.id,
        "uuid": person.uuid,
        "title": person.title,
        "username": person.username or None,
        "email": person.email or None,
        "friendlyName": person.title,
        "thumb": thumb(person),
        "hasPassword": not person.managed,
        "restricted": person.managed,
        "updatedAt": "2025-12-01T10:00:00Z",
        "admin": not person.managed,
        "guest": False,
        "protected": person.managed,
    }

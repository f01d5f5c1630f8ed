"""Whether Plex can open performers' photos at the address that it is given, found out by having it open one."""

from __future__ import annotations

from collections.abc import Iterator

from plexsync.domain.desired import photo_base, photo_path
from plexsync.domain.errors import BadAnswer, ImageRejected, NotAllowed, ServerError, TokenRefused
from plexsync.domain.model import EntityKind
from plexsync.plex import artwork
from plexsync.runtime.target import Target
from plexsync.stash import queries
from plexsync.stash.client import StashClient, understood
from plexsync.stash.connection import Connection
from plexsync.usecases.check.finding import Grade, HealthFinding, found

_NAME = "Photo address"
_PERFORMERS = 20


def photos(target: Target, stash: StashClient) -> Iterator[HealthFinding]:
    """Yield what came of it, nothing where photos are switched off; raises server errors of Stash."""
    if not target.settings.flag("actor_photos"):
        return
    base = photo_base(target.settings, stash.url)
    if not base:
        yield _found("photos_own_machine", stash.url)
        return
    path = _some_photo(stash)
    if not path:
        yield _found("photos_none", base)
    elif _asks_for_a_password(target, base, path):
        yield _found("photos_password", base + path)
    else:
        yield _opened(target, base + path)


def _opened(target: Target, url: str) -> HealthFinding:
    try:
        artwork.open_address(target.client, url)
    except BadAnswer as error:
        return _found("photos_closed", url, f"answer {error.data['status']}")
    except (NotAllowed, TokenRefused) as error:
        return _found("photos_untried", url, str(error.data.get("detail", "")))
    return _found("photos_open", url)


def _some_photo(stash: StashClient) -> str:
    """Return the path of one of the first photos that Stash has, "" for none: its drawings prove nothing."""
    variables = {"filter": None, "page": 1, "rows": _PERFORMERS}
    data = stash.query(queries.entities(EntityKind.PERFORMER), variables)
    with understood(stash):
        ids = [int(row["id"]) for row in data["findPerformers"]["performers"]]
    return next((path for path in map(photo_path, ids) if _is_photo(stash, path)), "")


def _is_photo(stash: StashClient, path: str) -> bool:
    try:
        return stash.image(path).status == "changed"
    except ImageRejected:
        return False


def _asks_for_a_password(target: Target, base: str, path: str) -> bool:
    """Tell whether a photo is refused to who has no password; what cannot be reached from here may be from Plex."""
    settings = target.settings
    client = StashClient(
        Connection(base, certificate=settings.text("stash_certificate")),
        connect_timeout=settings.number("connect_timeout"),
        read_timeout=settings.number("read_timeout"),
    )
    try:
        client.image(path)
    except TokenRefused:
        return True
    except (ServerError, ImageRejected):
        return False
    finally:
        client.close()
    return False


def _found(code: str, url: str, detail: str = "") -> HealthFinding:
    grade = Grade.OK if code in {"photos_open", "photos_none"} else Grade.WARNING
    return found(_NAME, grade, code, {"url": url, "detail": detail})

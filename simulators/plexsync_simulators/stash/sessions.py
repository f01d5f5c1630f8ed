"""Session cookies: signed, with an age, carrying the hooks already visited."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timezone

from plexsync_simulators.stash.clock import Clock
from plexsync_simulators.stash.config import Config

COOKIE = "session"
_LENGTH = 384
Visited = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Session:
    """The asker, and the (plugin id, hook type) pairs that were visited on the way here, by the cookie."""

    user: str = ""
    visited: Visited = ()


class Sessions:
    """Makes and reads cookie values. The key lies in the config, so cookies survive a restart."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._config = config
        self._clock = clock

    def now(self) -> datetime:
        """Return the server's time in UTC."""
        return self._clock.now().astimezone(timezone.utc)

    def issue(self, session: Session) -> str:
        """Return a fresh cookie value: base64 text, at least 384 characters long as recorded."""
        body = json.dumps([int(self._clock.now().timestamp()), session.user, list(session.visited)])
        padded = f"{self._sign(body)}|{body}|".ljust(_LENGTH // 4 * 3 - 2)
        return base64.urlsafe_b64encode(padded.encode()).decode()

    def read(self, value: str) -> Session | None:
        """Return the session of a cookie value, None if it is forged, garbled or too old."""
        try:
            signature, body, _ = base64.urlsafe_b64decode(value.encode()).decode().split("|", 2)
            made, user, visited = json.loads(body)
        except ValueError:
            return None
        if not hmac.compare_digest(signature, self._sign(body)):
            return None
        if self._clock.now().timestamp() - made > self._config.max_session_age:
            return None
        return Session(user, tuple((plugin, hook) for plugin, hook in visited))

    def _sign(self, body: str) -> str:
        return hmac.new(self._config.session_store_key.encode(), body.encode(), hashlib.sha256).hexdigest()

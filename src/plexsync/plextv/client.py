"""HTTP to plex.tv: JSON in, the errors of :mod:`plexsync.domain.errors` out.

plex.tv answers in XML where it feels like it, and a proxy in HTML. So the kind of an answer is looked at before it is
read. No text of an error holds a token, a pin or a body.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, final

from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from plexsync import __version__
from plexsync.domain.address import is_own_machine
from plexsync.domain.errors import BadAnswer, ServerError, TokenRefused, TooManyRequests
from plexsync.net.decode import DECODE_ERRORS, misfit, read_json
from plexsync.net.tls import open_pool
from plexsync.net.too_many_requests import quiet_seconds
from plexsync.net.transport import unanswered

SERVER = "plex.tv"
HOST = "https://plex.tv"
OTHER_HOST = "PLEXSYNC_PLEX_TV"
"""Names a simulated plex.tv on this machine; nothing else can take the place of the real one."""

PRODUCT = "PlexSync"
CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
LEAST_QUIET, MOST_QUIET = 5.0, 600.0
"""For how many seconds nothing is sent after a 429 that names none, and at most."""

_TOKEN_EXPIRED = 498
_REFUSED_TOKEN = frozenset({HTTPStatus.UNAUTHORIZED, _TOKEN_EXPIRED})
_JSON = "application/json"


def host_of(environment: Mapping[str, str]) -> str:
    """Return plex.tv's address, or that of the simulated one on this very machine that the environment names."""
    other = environment.get(OTHER_HOST, "")
    return other if is_own_machine(other) else HOST


@final
class PlexTvClient:
    """plex.tv as one client, with one account's token or without any; for one thread.

    Every method raises :class:`ServerError`. A token that is dead is :class:`TokenRefused`.
    """

    def __init__(self, host: str, client_id: str, token: str = "") -> None:
        """Prepare, without connecting."""
        parsed = parse_url(host)
        self.host = host
        self.client_id = client_id
        self._headers = {
            "Accept": _JSON,
            "X-Plex-Client-Identifier": client_id,
            "X-Plex-Product": PRODUCT,
            "X-Plex-Version": __version__,
            **({"X-Plex-Token": token} if token else {}),
        }
        timeout = Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        self._pool = open_pool(parsed.scheme or "", parsed.host or "", parsed.port, "", timeout=timeout)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def ask(self, method: str, path: str) -> Any:
        """Send a request and return the JSON of a success."""
        response = self._send(method, path)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != _JSON:
            raise self.nonsense(f"{kind or 'no kind'} in place of {_JSON}", response.status)
        try:
            return read_json(response.data)
        except DECODE_ERRORS as problem:
            raise self.nonsense(misfit(problem), response.status) from None

    def tell(self, method: str, path: str) -> None:
        """Send a request of whose answer only the status counts."""
        self._send(method, path)

    def nonsense(self, detail: str, status: int = 200) -> BadAnswer:
        """Make the error for an answer that cannot be understood."""
        return BadAnswer(server=SERVER, url=self.host, status=str(status), detail=detail)

    def _send(self, method: str, path: str) -> BaseHTTPResponse:
        try:
            response = self._pool.urlopen(method, path, headers=self._headers, retries=False, redirect=False)
        except HTTPError as error:
            raise unanswered(SERVER, self.host, error) from None
        if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            raise self._refusal(response)
        return response

    def _refusal(self, response: BaseHTTPResponse) -> ServerError:
        status = response.status
        facts = {"server": SERVER, "url": self.host, "detail": f"answer {status}"}
        if status in _REFUSED_TOKEN:
            return TokenRefused(**facts)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            seconds = quiet_seconds(response.headers.get("Retry-After", ""), LEAST_QUIET, MOST_QUIET)
            return TooManyRequests(retry_after=f"{math.ceil(seconds)}", **facts)
        return BadAnswer(status=str(status), **facts)

"""HTTP to one Plex server: JSON in, the errors of :mod:`plexsync.domain.errors` out.

A request's way: the query is encoded, the request counted and sent (again after an accident), its
status judged before its body, and only the body of a success is read as JSON. Error bodies are HTML whatever is asked
for (recordings ``ws_sections_get_401.json``, ``spec_error_bodies.json``).
"""

from __future__ import annotations

import html
import math
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, final
from urllib.parse import quote, urlencode, urljoin

from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Url, parse_url

from plexsync import __version__
from plexsync.domain.errors import (
    BadAnswer,
    BadSetting,
    Dropped,
    ForeignServer,
    HttpsOnly,
    ItemGone,
    ItemRejected,
    Moved,
    NotAllowed,
    NotConfigured,
    OtherServer,
    PlexSyncError,
    ServerError,
    Starting,
    TokenRefused,
    TooManyRequests,
    WebPage,
)
from plexsync.domain.phrases import kind_of
from plexsync.domain.settings import MASK
from plexsync.net.decode import DECODE_ERRORS, date_of, misfit, read_marked_json
from plexsync.net.redaction import Redactor
from plexsync.net.retry_budget import RetryBudget
from plexsync.net.tls import Address, https_address, open_pool, open_socket
from plexsync.net.too_many_requests import Quiet
from plexsync.net.transport import unanswered
from plexsync.plex.exchange import Ask, Exchange
from plexsync.plex.refuser import refuser

Query = Mapping[str, str | int]
Container = dict[str, Any]

SERVER = "plex"
_CONNECTIONS = 7
"""Four writers at most, the stream of events, a reconcile run, and one to spare."""

_TOKEN_EXPIRED = 498
_REFUSED_TOKEN = frozenset({HTTPStatus.UNAUTHORIZED, _TOKEN_EXPIRED})
_REFUSED_EDIT = frozenset({400, 409, 413, 414, 415, 431})
_SUCCESS = range(200, 300)
_ELSEWHERE = range(300, 400)
_ACCIDENTS = frozenset({500, 502, 504})
_BEGINNING = b'{"MediaContainer":'
_ALWAYS_THERE = frozenset({"GET /identity", "GET /library/sections"})
_DETAIL_LENGTH = 200
LEAST_QUIET, MOST_QUIET = 3.0, 3600.0
"""For how many seconds nothing is sent after a 429 that names none, and at most."""

_ASKED_AT = frozenset({3, 10, 30, 100})
"""After so many hang-ups in a row, and after the first of a server that never answered, TLS is tried."""

_LINES_AT_ONCE = 16_384
_LONGEST_LINE = 1_000_000
_HEAD = re.compile(r"<head>.*?</head>", re.DOTALL | re.IGNORECASE)
_HEADER_VALUE = re.compile(r"[!-~]+")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Handshake:
    """A connected socket, the address to ask for on it, and the headers that go with that."""

    url: str
    socket: socket.socket
    headers: Mapping[str, str] = field(repr=False)


class LineStream:
    """The lines of an answer without an end, as they come; any thread may stop it."""

    def __init__(self, response: BaseHTTPResponse) -> None:
        self._response = response
        self._is_stopped = False

    def __iter__(self) -> Iterator[bytes]:
        """Yield lines as soon as they are whole, whatever size the pieces of the answer have."""
        return _lines(self._response, lambda: self._is_stopped)

    def stop(self) -> None:
        """End it, also for a thread that waits for the next line."""
        self._is_stopped = True
        with suppress(OSError, ValueError):  # it has ended meanwhile
            self._response.shutdown()


@final
class PlexClient:
    """One Plex server, for up to seven threads at once.

    Time-outs are seconds. Every method raises :class:`ServerError` for what concerns the whole server. A call that
    names its ``item`` (a rating key, or several with commas) also raises :class:`ItemGone` for a 404. It raises
    :class:`ItemRejected` for 400, 409, 413, 414, 415, 431 and for a 500 of a server that is well otherwise.
    """

    def __init__(  # noqa: PLR0913  where, by which token and identity, and how patiently
        self,
        address: Address,
        token: str,
        *,
        connect_timeout: float,
        read_timeout: float,
        client_id: str,
        machine_id: str = "",
    ) -> None:
        """Prepare, without connecting; raises :class:`BadSetting` for an address or token that cannot be used.

        Without a ``token`` none is sent: a server that nobody has claimed wants none. With a ``machine_id`` the address
        is asked who it is first, without the token, and again after each broken connection: see
        :class:`ForeignServer`.
        """
        parsed, self._headers = _parsed(address), _headers(token, client_id)
        self._base = (parsed.path or "").rstrip("/")
        self.url = f"{parsed.scheme}://{parsed.netloc}{self._base}"
        self._redactor = Redactor([token])
        self._has_token = bool(token)
        self._machine_id = machine_id
        self._is_proved = not (token and machine_id)
        self._connect_timeout, self._read_timeout = connect_timeout, read_timeout
        self._certificate = address.certificate
        self._dropped = 0  # how many times in a row without an answer in between
        self._https_url: str | None = None
        self._pool = open_pool(
            parsed.scheme or "",
            parsed.host or "",
            parsed.port,
            address.certificate,
            timeout=Timeout(connect=connect_timeout, read=read_timeout),
            maxsize=_CONNECTIONS,
            block=True,
        )
        self._retry_budget = RetryBudget()
        self._quiet = Quiet(LEAST_QUIET, MOST_QUIET)
        self._counts: Counter[str] = Counter()
        self._counting = threading.Lock()
        self._clock: float | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        """How many requests were sent so far, by method."""
        with self._counting:
            return dict(self._counts)

    @property
    def clock(self) -> float | None:
        """The server's clock in its last answer (UTC seconds, whole), None if it has not told."""
        with self._counting:
            return self._clock

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def get(self, path: str, query: Query | None = None, *, item: str = "") -> Container:
        """Read the ``MediaContainer`` at a path."""
        response = self._send("GET", _target(path, encoded(query or {})))
        self._judge("GET", path, item, response)
        return self._container(path, response)

    def _container(self, path: str, response: BaseHTTPResponse) -> Container:
        if not response.data:
            raise self.nonsense(f"{path}: an answer without a body")
        if response.data.lstrip().startswith(b"<"):
            raise WebPage(server=SERVER, url=self.url, status="200", detail=self._words(response.data))
        try:
            container = read_marked_json(response.data)["MediaContainer"]
        except DECODE_ERRORS as error:
            kind = BadAnswer if response.data.startswith(_BEGINNING) else OtherServer
            detail = f"the answer is no JSON of Plex ({misfit(error)})"
            raise kind(server=SERVER, url=self.url, status="200", detail=detail) from error
        if not isinstance(container, dict):
            raise self.nonsense(f"{path}: MediaContainer is {kind_of(container)}")
        return container

    def trigger(self, path: str, query: Query) -> None:
        """Ask for something to be done, of which the answer tells nothing."""
        self._judge("GET", path, "", self._send("GET", _target(path, encoded(query))))

    def content(self, path: str, query: Query) -> bytes:
        """Read a picture's bytes."""
        response = self._send("GET", _target(path, encoded(query)))
        self._judge("GET", path, "", response)
        return response.data

    @contextmanager
    def lines(self, path: str, query: Query, *, silence: float) -> Iterator[LineStream]:
        """Open an answer that has no end, and give its lines as they come.

        They end with the connection, after ``silence`` seconds without a byte, or when another thread stops them.
        """
        self._prove()
        with self._counting:
            self._counts["GET"] += 1
        headers = {**self._headers, "Accept": "text/event-stream"}
        target = self._base + _target(path, encoded(query))
        timeout = Timeout(connect=self._connect_timeout, read=silence)
        try:
            response = self._pool.urlopen(
                "GET", target, headers=headers, retries=False, redirect=False, preload_content=False, timeout=timeout
            )
        except HTTPError as error:
            raise unanswered(SERVER, self.url, error) from error
        try:
            if response.status in _ELSEWHERE:
                raise self._moved(path, response)
            if response.status not in _SUCCESS:
                raise self._about_server(response.status, f"GET {path}", "")
            yield LineStream(response)
        finally:
            response.close()
            response.release_conn()  # closing alone would keep its place in the pool for ever

    def handshake(self, path: str, query: Query) -> Handshake:
        """Connect for a protocol that begins as HTTP and goes on as another; raises :class:`ServerError`."""
        self._prove()
        with self._counting:
            self._counts["GET"] += 1
        parsed = parse_url(self.url)
        try:
            opened = open_socket(
                parsed.scheme or "", parsed.host or "", parsed.port, self._certificate, self._connect_timeout
            )
        except HTTPError as error:
            raise unanswered(SERVER, self.url, error) from error
        return Handshake(self.url + _target(path, encoded(query)), opened, self._headers)

    def refusal(self, status: int, path: str) -> ServerError:
        """Make the error for a request to the whole server that was answered with a status."""
        return self._about_server(status, f"GET {path}", "")

    def edit(self, path: str, query: str, *, item: str, patience: float = 0.0) -> None:
        """Change items, in one try and with so many seconds more than usual; ``query`` is already percent-encoded.

        After an accident nobody knows what has arrived: whoever sends more looks first. A 500 may be an item's trouble
        or the server's, and is raised as :class:`BadAnswer`.
        """
        timeout = Timeout(connect=self._connect_timeout, read=self._read_timeout + patience)
        response = self._send_once("PUT", _target(path, query), timeout=timeout)
        is_failure = response.status == HTTPStatus.INTERNAL_SERVER_ERROR
        self._judge("PUT", path, "" if is_failure else item, response)
        self._retry_budget.earn()

    def may_try_again(self) -> bool:
        """Tell whether what went wrong by accident may be tried once more; such tries have to be earned."""
        return self._retry_budget.grant()

    def put(self, path: str, query: str, *, item: str = "") -> int:
        """Change something and return in how many tries; ``query`` is already percent-encoded.

        A try that was answered by an accident may take effect at any time.
        """
        response, tries = self._send_again("PUT", _target(path, query))
        self._judge("PUT", path, item, response)
        return tries

    def post(
        self,
        path: str,
        query: Query | None = None,
        body: bytes | None = None,
        content_type: str | None = None,
        *,
        item: str = "",
    ) -> int:
        """Add something and return in how many tries, see :meth:`put`."""
        response, tries = self._send_again("POST", _target(path, encoded(query or {})), body, content_type)
        self._judge("POST", path, item, response)
        return tries

    def exchange(self, ask: Ask) -> Exchange:
        """Ask once and return whatever was answered, unjudged; raises :class:`ServerError` where nothing came."""
        began = time.monotonic()
        response = self._send_once(ask.method, _target(ask.path, ask.query), ask.body or None, ask.headers)
        return Exchange(ask, response.status, dict(response.headers.items()), response.data, time.monotonic() - began)

    def delete(self, path: str, *, item: str) -> None:
        """Remove something."""
        self._judge("DELETE", path, item, self._send("DELETE", path))

    def nonsense(self, detail: str, status: int = 200) -> BadAnswer:
        """Make the error for an answer that cannot be understood."""
        return BadAnswer(server=SERVER, url=self.url, status=str(status), detail=detail)

    def _judge(self, method: str, path: str, item: str, response: BaseHTTPResponse) -> None:
        """Raise what a status means; a success passes."""
        if response.status in _SUCCESS:
            return
        words = self._words(response.data).removeprefix(f"{response.status} ")  # the status is told beside them
        if response.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise self._too_many(self._quiet.begin(response.headers.get("Retry-After", "")), words)
        if response.status in _ELSEWHERE:
            raise self._moved(path, response)
        refusal = self._about_item(method, response, item, words) if item else None
        by = refuser(response.headers, words)
        raise refusal or self._about_server(response.status, f"{method} {path}", words, **by)

    def _too_many(self, seconds: float, words: str) -> TooManyRequests:
        return TooManyRequests(server=SERVER, url=self.url, retry_after=f"{math.ceil(seconds)}", detail=words)

    def _moved(self, path: str, response: BaseHTTPResponse) -> Moved:
        """Say where the server sends to: its address there, if only scheme, host or folder differ."""
        told = urljoin(f"{self.url}{path}", response.headers.get("Location", "")).partition("?")[0]
        location = self._redactor.clean(told.removesuffix(path))
        facts = {"status": str(response.status), "detail": f"answer {response.status}", "location": location}
        return Moved(server=SERVER, url=self.url, **facts)

    def _about_item(self, method: str, response: BaseHTTPResponse, item: str, words: str) -> PlexSyncError | None:
        status = response.status
        if status == HTTPStatus.NOT_FOUND:
            return ItemGone(rating_key=item)
        # A bad value can make Plex answer 500, and so can a Plex that is breaking down (docs/engineering/plex.md §2.2).
        broken = status == HTTPStatus.INTERNAL_SERVER_ERROR and method != "GET"
        if status in _REFUSED_EDIT or (broken and self._is_well()):
            return ItemRejected(rating_key=item, status=str(status), detail=words, **refuser(response.headers, words))
        return None

    def _is_well(self) -> bool:
        return self._send("GET", "/identity").status == HTTPStatus.OK

    def _about_server(self, status: int, action: str, words: str, **by: str) -> ServerError:
        if status in _REFUSED_TOKEN and not self._has_token:
            raise NotConfigured(setting="plex_token")
        if status in _REFUSED_TOKEN:
            return TokenRefused(server=SERVER, url=self.url, detail=words)
        if status == HTTPStatus.FORBIDDEN:
            return NotAllowed(server=SERVER, url=self.url, detail=words, action=action)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            return Starting(server=SERVER, url=self.url, detail=words)
        if status == HTTPStatus.NOT_FOUND and action in _ALWAYS_THERE:
            return OtherServer(server=SERVER, url=self.url, status=str(status), detail=f"answer {status}")
        return BadAnswer(server=SERVER, url=self.url, status=str(status), detail=f"{action}: {words}", **by)

    def _send(self, method: str, target: str) -> BaseHTTPResponse:
        return self._send_again(method, target)[0]

    def _send_again(
        self, method: str, target: str, body: bytes | None = None, content_type: str | None = None
    ) -> tuple[BaseHTTPResponse, int]:
        """Send a request, again after an accident; returns the answer and the number of tries.

        All of them may be done twice: a picture has its hash for a name, and one that is shown may be shown again.
        """
        headers = {"Content-Type": content_type} if content_type else {}
        tries = 0

        def once() -> BaseHTTPResponse:
            nonlocal tries
            tries += 1
            return self._send_once(method, target, body, headers)

        return self._retry_budget.send(once, lambda answer: answer.status in _ACCIDENTS), tries

    def _send_once(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: Timeout | None = None,
    ) -> BaseHTTPResponse:
        """Send a request; ``headers`` take the place of the client's own, and "" keeps one from being sent."""
        self._prove()
        return self._open(method, target, body, headers, timeout)

    def _prove(self) -> None:
        """See that the chosen server is who answers, before the token goes out."""
        if self._is_proved:
            return
        response = self._open("GET", "/identity", None, {"X-Plex-Token": ""}, None)
        self._judge("GET", "/identity", "", response)
        if self._container("/identity", response).get("machineIdentifier") != self._machine_id:
            raise ForeignServer(server=SERVER, url=self.url, status="200", detail="another Plex server")
        self._is_proved = True

    def _open(
        self,
        method: str,
        target: str,
        body: bytes | None,
        headers: Mapping[str, str] | None,
        timeout: Timeout | None,
    ) -> BaseHTTPResponse:
        if (left := self._quiet.left) > 0:
            raise self._too_many(left, "")
        with self._counting:
            self._counts[method] += 1
        try:
            response = self._pool.urlopen(
                method,
                self._base + target,
                body=body,
                headers={name: value for name, value in {**self._headers, **(headers or {})}.items() if value},
                retries=False,
                redirect=False,
                timeout=timeout or self._pool.timeout,
            )
        except HTTPError as error:
            self._is_proved = not (self._has_token and self._machine_id)  # who answers next may be another
            raise self._unanswered(error) from error
        with self._counting:
            self._dropped, self._https_url = 0, None
            self._clock = date_of(response.headers.get("Date", ""))
        return response

    def _unanswered(self, error: HTTPError) -> ServerError:
        """Say why no answer came; of a server that hangs up on http again and again, whether it speaks TLS."""
        trouble = unanswered(SERVER, self.url, error)
        if not isinstance(trouble, Dropped) or not self.url.startswith("http:"):
            return trouble
        with self._counting:
            self._dropped += 1
            is_often = self._dropped in _ASKED_AT or (self._dropped == 1 and self._clock is None)
        if is_often:
            self._https_url = https_address(self.url, self._connect_timeout)
        return HttpsOnly(**trouble.data, https_url=self._https_url) if self._https_url else trouble

    def _words(self, body: bytes) -> str:
        """Take the readable text out of a page, at most a line of it, without the token a proxy may echo."""
        page = _HEAD.sub(" ", body[:10_000].decode("utf-8", "replace"))  # its title says what the page says
        text = html.unescape(_TAG.sub(" ", page))
        line = " ".join(text.split())
        return self._redactor.clean(line)[:_DETAIL_LENGTH]


def encoded(query: Query) -> str:
    """Percent-encode a query; blanks become ``%20``."""
    return urlencode(query, quote_via=quote, safe="")


def _lines(response: BaseHTTPResponse, is_stopped: Callable[[], bool]) -> Iterator[bytes]:
    """Yield lines as soon as they are whole; ends at one without end."""
    rest = b""
    try:
        while chunk := response.read1(_LINES_AT_ONCE):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from (line.rstrip(b"\r") for line in whole)
            if len(rest) > _LONGEST_LINE:
                return
    except HTTPError:
        return  # whoever listens opens another one
    except (OSError, ValueError):
        if not is_stopped():  # a socket that another thread has shut down fails in its own ways
            raise


def _target(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _parsed(address: Address) -> Url:
    try:
        return parse_url(address.url)
    except LocationParseError:
        raise BadSetting(setting="plex_url", value=address.url, allowed="an address", origin="") from None


def _headers(token: str, client_id: str) -> dict[str, str]:
    if token and not _HEADER_VALUE.fullmatch(token):
        raise BadSetting(setting="plex_token", value=MASK, allowed="letters, digits and signs", origin="")
    return {
        "Accept": "application/json",
        **({"X-Plex-Token": token} if token else {}),
        "X-Plex-Client-Identifier": client_id,
        "X-Plex-Product": "PlexSync",
        "X-Plex-Version": __version__,
    }

"""One Stash server: GraphQL questions and cover images over a small pool of connections."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import urlsplit

import urllib3

from plexsync.domain.errors import (
    BadAnswer,
    ImageRejected,
    NotAllowed,
    NotReady,
    OtherServer,
    PasswordSet,
    SessionRefused,
    Starting,
    TokenRefused,
    Unsupported,
    WebPage,
)
from plexsync.domain.pictures import PictureKind, kind_of
from plexsync.net.decode import DECODE_ERRORS, date_of, misfit, read_json, text, whole
from plexsync.net.retry_budget import RetryBudget
from plexsync.net.tls import open_pool
from plexsync.net.transport import unanswered
from plexsync.stash import queries
from plexsync.stash.connection import Connection

SERVER = "stash"
SESSION = "session"
_POOL_SIZE = 4
_WAITS_FOR = {"NEEDS_MIGRATION": "the migration of its database", "SETUP": "its set-up"}
_ACCIDENTS = frozenset({500, 502, 504})
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A GraphQL answer's data, with what the feed needs to know about its time.

    ``clock`` is the server's own clock when the answer's head was written (UTC seconds, whole; None where the answer
    has no Date header), ``seconds`` how long the whole exchange took.
    """

    data: Json
    clock: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class ImageAnswer:
    """A cover: ``changed`` with data and etag, ``same`` as that of the etag, ``none`` where a scene has none."""

    status: Literal["changed", "same", "none"]
    etag: str = ""
    data: bytes = b""
    content_type: str = ""


class QueryFailed(BadAnswer):
    """Stash answered a query with errors; ``messages`` are its sentences."""

    def __init__(self, messages: tuple[str, ...], **data: str) -> None:
        """Keep the sentences apart: a reader may know what one of them means."""
        super().__init__(detail="; ".join(messages), **data)
        self.messages = messages

    @property
    def is_about_something_gone(self) -> bool:
        """Tell whether something that was asked for is not there."""
        return any(message.endswith("not found") for message in self.messages)


class StashClient:
    """Asks one Stash; threads may share it.

    Every answer may carry a fresh session cookie (Stash renews it with each request; an hour old it is worth nothing),
    which takes the place of the one before. After an accident among successes a request is sent again; no proxy of the
    environment is used, and a certificate is taken unseen only from this very machine.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        connect_timeout: float,
        read_timeout: float,
    ) -> None:
        """Keep the address; nothing is sent yet. Time-outs are seconds, the second one per piece of an answer."""
        parts = urlsplit(connection.url)
        self.url = f"{parts.scheme}://{_netloc(parts.hostname or '', parts.port)}{parts.path.rstrip('/')}"
        self._path = parts.path.rstrip("/")
        self._pool = open_pool(
            parts.scheme,
            parts.hostname or "",
            parts.port,
            connection.certificate,
            timeout=urllib3.Timeout(connect=connect_timeout, read=read_timeout),
            maxsize=_POOL_SIZE,
        )
        self._retry_budget = RetryBudget()
        self._api_key = connection.api_key
        self._lock = threading.Lock()
        self._cookie = connection.cookie
        self._stood_open = self._is_not_ready = False

    @property
    def cookie(self) -> str:
        """The newest session cookie's value, "" if there is none."""
        with self._lock:
            return self._cookie

    def renew(self, cookie: str) -> None:
        """Go on with another session, one that somebody who has just logged in left for us."""
        with self._lock:
            self._cookie = cookie

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def query(self, document: str, variables: Mapping[str, Any] | None = None) -> Json:
        """Return the data of a GraphQL answer; errors as of :meth:`ask`."""
        return self.ask(document, variables).data

    def ask(self, document: str, variables: Mapping[str, Any] | None = None) -> Answer:
        """Return a GraphQL answer.

        Raises Unreachable, TokenRefused (401), NotAllowed (403), Starting (503), BadAnswer (5xx, cut off, no JSON),
        NotReady (it waits for a person), Unsupported (the server does not know a field or argument) or QueryFailed (any
        other error it names).

        A Stash that waits for its migration panics at most questions, and fills its log. So it is asked no other one
        before it says that it is ready.
        """
        if self._is_not_ready:
            self.check_ready()
        try:
            return self._ask(document, variables)
        except QueryFailed as failure:
            if not failure.is_about_something_gone:
                self.check_ready()
            raise

    def check_ready(self) -> None:
        """Ask whether the server waits for a person; raises NotReady if it does."""
        try:
            status = self._ask(queries.READINESS, None).data.get("systemStatus") or {}
        except (BadAnswer, Unsupported):
            status = {}  # the question before has said what is wrong
        waits_for = _WAITS_FOR.get(str(status.get("status")) if isinstance(status, dict) else "")
        self._is_not_ready = waits_for is not None
        if waits_for is not None:
            raise NotReady(server=SERVER, url=self.url, detail=waits_for)

    def _ask(self, document: str, variables: Mapping[str, object] | None) -> Answer:
        began = time.monotonic()
        body = json.dumps({"query": document, "variables": dict(variables or {})}).encode()
        reply = self._exchange("POST", "/graphql", {"Content-Type": "application/json"}, body)
        payload = self._json(reply)
        if payload.get("errors"):
            with understood(self):
                failure = self._failure(reply.status, payload["errors"])
            raise failure
        if "data" not in payload:
            raise OtherServer(server=SERVER, url=self.url, status=str(reply.status), detail="the answer is no GraphQL")
        data = payload["data"]
        if reply.status != HTTPStatus.OK or not isinstance(data, dict):
            raise BadAnswer(server=SERVER, url=self.url, status=str(reply.status), detail="no data in the answer")
        return Answer(data, date_of(reply.headers.get("Date", "")), time.monotonic() - began)

    def counts(self) -> dict[str, int]:
        """Return how many scenes, performers, studios, tags and groups there are, by kind."""
        data = self.query(queries.COUNTS)
        with understood(self):
            return {kind: whole(data[queries.count_alias(kind)]["count"]) for kind in queries.KINDS}

    def image(self, path: str, etag: str | None = None) -> ImageAnswer:
        """Return the image at ``path`` (``/scene/5/screenshot``, without ``?t=``), unless it is the one of ``etag``.

        A scene without a cover answers with a drawing in SVG, a scene that is gone with 404: both are "none"
        (recorded scene_screenshot_no_cover, scene_screenshot_no_such_scene). Raises as :meth:`ask`, and ImageRejected
        for an image that Stash cannot deliver.
        """
        if self._is_not_ready:
            self.check_ready()
        reply = self._exchange("GET", path, {"If-None-Match": etag} if etag else {})
        if reply.status == HTTPStatus.NOT_MODIFIED:
            return ImageAnswer("same", etag or "")
        if reply.status == HTTPStatus.NOT_FOUND:
            return ImageAnswer("none")
        if reply.status != HTTPStatus.OK:
            raise ImageRejected(server=SERVER, status=str(reply.status), detail=path)
        kind = kind_of(reply.body)  # Stash does not know all kinds by name
        if kind is PictureKind.SVG:
            return ImageAnswer("none")
        if kind is PictureKind.UNKNOWN:
            raise ImageRejected(server=SERVER, status=str(reply.status), detail=f"{path} is no picture")
        return ImageAnswer("changed", reply.headers.get("ETag", ""), reply.body, kind.value)

    def _exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> _Reply:
        """Ask, and again after an accident: nothing that is asked of Stash changes anything."""
        reply = self._retry_budget.send(
            lambda: self._send(method, path, headers, body), lambda answer: answer.status in _ACCIDENTS
        )
        self._refuse(reply, path)
        self._adopt(reply)
        return reply

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> _Reply:
        sent = {"Accept": "*/*", "User-Agent": "PlexSync", **headers, **self._credentials()}
        try:
            response = self._pool.request(
                method, self._path + path, body=body, headers=sent, retries=False, redirect=False, preload_content=False
            )
        except urllib3.exceptions.HTTPError as error:
            raise unanswered(SERVER, self.url, error) from None
        return _Reply(response.status, response.headers, self._read(response))

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        try:
            body = response.read(decode_content=True)
        except urllib3.exceptions.HTTPError as error:
            response.close()
            raise unanswered(SERVER, self.url, error) from None
        response.release_conn()
        return body

    def _credentials(self) -> dict[str, str]:
        if self._api_key:
            return {"ApiKey": self._api_key}
        cookie = self.cookie
        return {"Cookie": f"{SESSION}={cookie}"} if cookie else {}

    def _refuse(self, reply: _Reply, path: str) -> None:
        """Raise for the answers that mean the same for every address of the server."""
        moved = HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST
        if reply.status == HTTPStatus.UNAUTHORIZED or (moved and "/login" in reply.headers.get("Location", "")):
            raise self._unwelcome()
        if reply.status == HTTPStatus.FORBIDDEN:
            raise NotAllowed(server=SERVER, url=self.url, action=path, detail="forbidden")
        one_image_failed = reply.status == HTTPStatus.INTERNAL_SERVER_ERROR and path != "/graphql"
        if reply.status == HTTPStatus.SERVICE_UNAVAILABLE:
            raise Starting(server=SERVER, url=self.url, detail="503")
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not one_image_failed:
            raise BadAnswer(server=SERVER, url=self.url, status=str(reply.status), detail="server error")

    def _unwelcome(self) -> TokenRefused:
        """Say what was not accepted; a Stash without a password never renews a session."""
        if self._api_key:
            return TokenRefused(server=SERVER, url=self.url, detail="the API key is not accepted")
        refused = PasswordSet if self._stood_open or not self.cookie else SessionRefused
        return refused(server=SERVER, url=self.url, detail="the session is not accepted")

    def _adopt(self, reply: _Reply) -> None:
        if self._api_key or reply.status >= HTTPStatus.BAD_REQUEST:
            return
        fresh = ""
        for line in reply.headers.getlist("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            fresh = value.strip() if name.strip() == SESSION and value.strip() else fresh
        self._stood_open = not fresh
        if fresh:
            with self._lock:
                self._cookie = fresh

    def _json(self, reply: _Reply) -> Json:
        try:
            payload = read_json(reply.body)
        except ValueError:
            payload = None
        if not isinstance(payload, dict):
            kind = WebPage if reply.body.lstrip().startswith(b"<") else OtherServer
            raise kind(server=SERVER, url=self.url, status=str(reply.status), detail="the answer is not JSON")
        return payload

    def _failure(self, status: int, errors: list[Json]) -> QueryFailed | Unsupported:
        messages = tuple(text(error.get("message", "")) for error in errors)
        codes = {(error.get("extensions") or {}).get("code") for error in errors}
        if "GRAPHQL_VALIDATION_FAILED" in codes:
            return Unsupported(server=SERVER, version="", missing="; ".join(messages))
        return QueryFailed(messages, server=SERVER, url=self.url, status=str(status))


@contextmanager
def understood(client: StashClient) -> Iterator[None]:
    """Take an answer of another shape than the schema's for what it is: not this server's, or one that is broken."""
    try:
        yield
    except DECODE_ERRORS as problem:
        detail = f"not understood: {misfit(problem)}"
        raise BadAnswer(server=SERVER, url=client.url, status="200", detail=detail) from problem


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: urllib3.HTTPHeaderDict
    body: bytes


def _netloc(host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{port}" if port else shown

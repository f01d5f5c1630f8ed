"""GraphQL over HTTP: reading the request in all its forms, and the answer with the server's status and headers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from plexsync_simulators.stash.graphql.engine import Engine, Question, read_question
from plexsync_simulators.stash.graphql.schema import BadDocument
from plexsync_simulators.stash.sessions import Session
from plexsync_simulators.stash.state import Request, Stash

_JSON = "application/json"


class NotGraphQL(Exception):
    """The request is no GraphQL at all; `response` is the answer."""

    def __init__(self, response: web.Response) -> None:
        super().__init__(response.status)
        self.response = response


async def question_of(request: web.Request, stash: Stash) -> Question:
    """Return the question of a GET or POST; raises NotGraphQL (recordings error_post_*)."""
    if request.method == "GET":
        variables = request.query.get("variables")
        return Question(request.query.get("query", ""), json.loads(variables) if variables else {})
    if request.content_type == "multipart/form-data":
        return _with_files(await request.post())
    if request.content_type != _JSON:
        raise NotGraphQL(_plain_error("transport not supported", "text/plain; charset=utf-8"))
    body = await request.read()
    try:
        return read_question(json.loads(body))
    except (ValueError, BadDocument) as error:
        text = body.decode(errors="replace")
        reason = f"invalid character '{text[:1]}' looking for beginning of value" if text else "EOF"
        message = f"json request body could not be decoded: {reason} body:{text}"
        raise NotGraphQL(_plain_error(message, stash.version.answer_type)) from error


def _with_files(form: Mapping[str, Any]) -> Question:
    """Return the question of a form that brings files along: `map` says which variable each of them is."""
    body = json.loads(str(form["operations"]))
    for name, paths in json.loads(str(form["map"])).items():
        for path in paths:
            place = body
            *steps, last = path.split(".")
            for step in steps:
                place = place[step]
            place[last] = form[name].file.read()
    return read_question(body)


class GraphQL:
    """Answers questions over HTTP."""

    def __init__(self, stash: Stash, engine: Engine) -> None:
        self._stash = stash
        self._engine = engine

    def kind(self, question: Question) -> tuple[str, str]:
        """Return the operation's kind and name, `("invalid", "")` for a question that makes no sense."""
        try:
            return self._engine.kind(question)
        except BadDocument:
            return "invalid", ""

    async def answer(self, request: web.Request, question: Question, session: Session) -> web.Response:
        """Answer a question; a protocol error has a status of its own, a resolver's error is 200."""
        media_type = self._media_type(request)
        try:
            document = await self._engine.answer(question, Request(self._stash, base_url(request), session))
            status = 200
        except BadDocument as error:
            document = {"errors": error.errors, "data": None}
            status = 422 if media_type == _JSON else 400
        return _json(document, status, media_type, raw_bytes=self._stash.switches.raw_bytes)

    def _media_type(self, request: web.Request) -> str:
        """`application/json` only for a client that asks for it; before v0.29 for all."""
        wanted = [part.split(";")[0].strip() for part in request.headers.get("Accept", "").split(",")]
        own = self._stash.version.answer_type
        for media_type in wanted:
            if media_type in ("*/*", "application/*", "application/graphql-response+json"):
                return own
            if media_type == _JSON:
                return _JSON
        return own


def base_url(request: web.Request) -> str:
    """Return the address links are built from; a proxy's scheme and prefix count, its host does not (recorded)."""
    scheme = request.headers.get("X-Forwarded-Proto") or request.scheme
    prefix = request.headers.get("X-Forwarded-Prefix", "").rstrip("/")
    return f"{scheme}://{request.host}{prefix}"


def _plain_error(message: str, media_type: str) -> web.Response:
    return _json({"errors": [{"message": message}], "data": None}, 400, media_type)


def _json(document: Any, status: int, media_type: str, *, raw_bytes: bool = False) -> web.Response:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # Half a character has no UTF-8; as an escape it is JSON all the same.
    body = text.encode("utf-8", "surrogateescape" if raw_bytes else "backslashreplace")
    headers = {"Cache-Control": "no-store", "Content-Type": media_type}
    return web.Response(body=body, status=status, headers=headers)

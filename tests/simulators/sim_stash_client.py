"""A bare HTTP client for the tests of the simulated Stash: no product code in between."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import urllib3

from plexsync_simulators.process import Process


@dataclass
class StashAnswer:
    """One answer: status, headers, and the body as JSON where it is JSON, else as bytes."""

    status: int
    headers: urllib3.HTTPHeaderDict
    body: Any


@dataclass
class BareStash:
    """Talks to one simulator."""

    process: Process
    headers: dict[str, str] = field(default_factory=dict)
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))

    def send(self, method: str, path: str, **options: Any) -> StashAnswer:
        """Send one request as it is."""
        headers = {**self.headers, **options.pop("headers", {})}
        response = self.pool.request(method, self.process.url + path, headers=headers, redirect=False, **options)
        is_json = "json" in response.headers.get("Content-Type", "")
        return StashAnswer(response.status, response.headers, json.loads(response.data) if is_json else response.data)

    def ask(self, query: str, **variables: Any) -> Any:
        """Ask GraphQL and return its whole JSON answer."""
        return self.post({"query": query, "variables": variables}).body

    def data(self, query: str, **variables: Any) -> Any:
        """Ask GraphQL and return `data`, with no error allowed."""
        answer = self.ask(query, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    def post(self, body: Any, **headers: str) -> StashAnswer:
        """Post a GraphQL body."""
        sent = {"Content-Type": "application/json", **headers}
        return self.send("POST", "/graphql", body=json.dumps(body).encode(), headers=sent)

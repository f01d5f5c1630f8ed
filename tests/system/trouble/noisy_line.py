"""A line to a server on which some answers arrive in another shape than they were sent."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Thread
from typing import Any

import urllib3

OTHERS: tuple[Any, ...] = (None, True, 7, -0.5, 1e999, "text", "half \ud800", [], ["x"], {}, {"x": 1}, [[]], 2**70)


class NoisyLine:
    """Passes requests on and spoils a ``share`` of the JSON that comes back; what is asked is never touched."""

    def __init__(self, server: str, seed: int) -> None:
        self.share = 0.0
        self.spoilt = 0
        self.url = ""
        self._server = server
        self._rng = Random(seed)
        self._pool = urllib3.PoolManager()

    def passed_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        """Return status, content type and body of an answer."""
        kept = {name: value for name, value in headers.items() if name.lower() not in {"host", "accept-encoding"}}
        answer = self._pool.request(method, self._server + path, headers=kept, body=body, redirect=False)
        return answer.status, answer.headers.get("Content-Type", ""), self._spoilt(answer.data)

    def _spoilt(self, body: bytes) -> bytes:
        if self._rng.random() >= self.share:
            return body
        with contextlib.suppress(ValueError):
            document = json.loads(body)
            self.spoilt += 1
            kind = self._rng.randrange(4)
            if kind == 0:
                return body[: self._rng.randrange(len(body))]
            return json.dumps(self._other(document) if kind > 1 else self._rng.choice(OTHERS)).encode()
        return body

    def _other(self, node: Any) -> Any:
        """Put something of another type in one place."""
        if isinstance(node, dict) and node and self._rng.random() < 0.9:
            key = self._rng.choice(list(node))
            return {**node, key: self._other(node[key])}
        if isinstance(node, list) and node and self._rng.random() < 0.9:
            place = self._rng.randrange(len(node))
            return [*node[:place], self._other(node[place]), *node[place + 1 :]]
        return self._rng.choice([other for other in OTHERS if type(other) is not type(node)])


@contextlib.contextmanager
def noisy_line(server: str, seed: int) -> Iterator[NoisyLine]:
    """Serve until the block is left."""
    line = NoisyLine(server, seed)

    class NoisyHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, content_type, answer = line.passed_on(self.command, self.path, dict(self.headers.items()), body)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = _any

        def log_message(self, *_: object) -> None:
            pass

    serving = ThreadingHTTPServer(("127.0.0.1", 0), NoisyHandler)
    serving.daemon_threads = True
    line.url = f"http://127.0.0.1:{serving.server_port}"
    thread = Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield line
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()
        line._pool.clear()

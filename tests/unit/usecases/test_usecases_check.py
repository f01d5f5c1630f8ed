"""Rights and clocks that the simulated Plex cannot show, on a server with set answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from plexsync.usecases.check.finding import Grade, HealthFinding, found
from plexsync.usecases.check.health import check
from plexsync.usecases.opening import open_data
from plexsync.usecases.settings.connection import ConnectionTest, try_connection

NOW = 1_800_000_000.0
MOVIES = {"key": "1", "title": "Movies", "type": "movie", "Location": [{"path": "/media"}]}
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that answers /accounts with a status and has a clock that is off; returns its address."""
    servers = []

    def start(accounts: int = 200, clock: float = 0.0) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, container = answers(accounts).get(self.path.partition("?")[0], (404, {}))
                body = json.dumps({"MediaContainer": container}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002  the base class's own
                return formatdate(NOW + clock, usegmt=True)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def answers(accounts: int) -> dict[str, tuple[int, dict[str, object]]]:
    return {
        "/identity": (200, {"machineIdentifier": "m", "version": "1.41"}),
        "/library/sections": (200, {"size": 1, "Directory": [MOVIES]}),
        "/accounts": (accounts, {"size": 0}),
    }


def findings(folder: Path, url: str) -> dict[str, HealthFinding]:
    with open_data(folder, {"PLEXSYNC_PLEX_URL": url, "PLEXSYNC_PLEX_TOKEN": "token"}) as opened:
        return {finding.name: finding for finding in check(opened, lambda: NOW).findings}


@pytest.mark.parametrize(
    ("status", "grade", "words"),
    [
        (200, Grade.OK, "owner"),
        (403, Grade.FAILED, "token of the account that owns the server"),
        (401, Grade.FAILED, "token of the account that owns the server"),
        (404, Grade.WARNING, "plexsync probe --item"),
    ],
)
def test_the_right_to_edit(tmp_path: Path, serve: Serve, status: int, grade: Grade, words: str) -> None:
    found = findings(tmp_path, serve(accounts=status))
    assert (found["Right to edit"].grade, found["Libraries"].grade) == (grade, Grade.OK)
    assert words in str(found["Right to edit"])


def tried(folder: Path, url: str, **more: str) -> ConnectionTest:
    with open_data(folder, {"PLEXSYNC_PLEX_URL": url, "PLEXSYNC_PLEX_TOKEN": "token", **more}) as opened:
        return try_connection(opened, lambda: NOW)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "token of the account that owns the server"),
        (401, "token of the account that owns the server"),
        (404, "plexsync probe --item"),
    ],
)
def test_a_connection_that_may_not_edit_is_not_well_and_says_the_next_step(
    tmp_path: Path, serve: Serve, status: int, words: str
) -> None:
    found = tried(tmp_path, serve(accounts=status))
    assert not found.is_well
    assert words in found.text
    assert "Answers in" not in found.text


def test_a_connection_that_is_well_says_what_it_may_edit(tmp_path: Path, serve: Serve) -> None:
    found = tried(tmp_path, serve())
    assert found.is_well
    assert found.text == "Answers in 1 millisecond, version 1.41, may edit 1 library."


def test_a_library_or_a_server_that_is_not_there_is_named_with_the_next_step(tmp_path: Path, serve: Serve) -> None:
    lacking = tried(tmp_path, serve(), PLEXSYNC_PLEX_LIBRARIES="Shows")
    assert not lacking.is_well
    assert "Shows" in lacking.text
    assert "Movies" in lacking.text
    silent = tried(tmp_path, "http://127.0.0.1:1")
    assert not silent.is_well
    assert "http://127.0.0.1:1" in silent.text


@pytest.mark.parametrize(
    ("off", "grade"), [(0, Grade.OK), (-30, Grade.OK), (300, Grade.WARNING), (-7200, Grade.WARNING)]
)
def test_a_clock_that_is_off(tmp_path: Path, serve: Serve, off: float, grade: Grade) -> None:
    found = findings(tmp_path, serve(clock=off))["Plex's clock"]
    assert found.grade is grade
    assert bool(found.next_step) == (grade is Grade.WARNING)
    if grade is Grade.WARNING:
        assert {str(round(abs(off)) - 1), str(round(abs(off)))} & set(found.text.split())


def test_a_line_has_its_name_once() -> None:
    assert str(found("Path map", Grade.OK, "path_map_none")).startswith("No path map is needed")
    assert str(found("Settings", Grade.WARNING, "dry_run_on")).startswith("Settings: Dry run is on")


def test_what_is_not_set_is_told_in_order(tmp_path: Path) -> None:
    with open_data(tmp_path, {}) as opened:
        report = check(opened, lambda: NOW)
    assert not report.ok
    assert [finding.name for finding in report.findings if finding.grade is Grade.FAILED] == ["Stash", "Plex"]
    assert "plex_url" in str(report.findings[3])
    assert json.loads(json.dumps(report.to_json()))["ok"] is False

"""A full run with servers that fail in every way, and that repeat what they were sent: whatever it left behind is
searched for the token and the session cookie, in every form a text may carry them.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import re
import signal
import stat
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest
from command_line import plexsync
from plugin_process import encode, run_plugin

from plexsync.agent.lock import is_held
from plexsync.cli import main
from plexsync.store import Store
from plexsync.store.files.stash_files import StashFiles
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync_simulators.process import Process, start_plex, start_stash
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import World, make_world

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes and signals of POSIX")
TOKEN = "t0k+en/of'the\"owner%2~Xq9"
FAULTS: tuple[tuple[str, Json, Json], ...] = (
    ("scene 1: ", {"method": "PUT"}, {"kind": "status", "status": 400}),
    ("(bad_answer)", {}, {"kind": "status", "status": 500}),
    ("(dropped)", {}, {"kind": "reset"}),
)
"""Its trace in the log, the requests that it strikes, and their fate."""
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
HOLDERS = {"settings.toml", "settings.toml.last", "session.json", "page.json"}
TASKS = ("health_check", "sync_all", "queue_status", "reconcile_all", "preview_reconcile", "retry_dead_letters")
COMMANDS = (
    ("status", "--json"),
    ("config", "show", "--json"),
    ("check", "--json"),
    ("why", "1", "--json"),
    ("gaps", "--json"),
    ("queue", "--json"),
    ("sync", "--all", "--dry-run"),
)


def forms(secret: str) -> Iterator[str]:
    """Every text that shows a secret: plain, in an address, quoted, and what base64 makes of it at any position."""
    yield from (secret, urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret), repr(secret)[1:-1])
    yield from (json.dumps(secret)[1:-1], secret.encode().hex())
    yield re.sub("%..", lambda found: found[0].lower(), urllib.parse.quote(secret, safe=""))
    for before in range(3):
        text = base64.b64encode(b"x" * before + secret.encode()).decode().rstrip("=")
        yield text[4:-4]
        yield text[4:-4].replace("+", "-").replace("/", "_")


def said_again(secret: str) -> Iterator[str]:
    """Forms that somebody may give to a secret that was sent to them."""
    yield from (secret, urllib.parse.quote(secret), urllib.parse.quote_plus(secret), repr(secret), json.dumps(secret))
    yield secret.encode().hex()
    for words in (secret, f"u:{secret}", f"{secret}:p", f"me:{secret}:none"):
        yield base64.b64encode(words.encode()).decode()
        yield base64.urlsafe_b64encode(words.encode()).decode()


@contextlib.contextmanager
def parrot(status: int) -> Iterator[str]:
    """A server that answers everything with what it was sent, in all forms."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            told = [f"{name}: {value}" for name, value in self.headers.items()]
            secret = self.headers.get("X-Plex-Token") or self.headers.get("ApiKey") or ""
            heard = [*said_again(secret), self.path, *told]
            body = ("<html><p>" + "</p><p>".join(heard) + "</p></html>").encode()
            self.send_response(status, " ".join(heard)[:900])
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", "http://elsewhere/?token=" + urllib.parse.quote(heard[0], safe=""))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = _any

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def log_in(stash: Process) -> str:
    """Return a session cookie's value."""
    form = urllib.parse.urlencode({"username": "admin", "password": "pw", "returnURL": "/"}).encode()
    with DIRECT.open(f"{stash.url}/login", form, timeout=10) as answer:
        return str(answer.headers["Set-Cookie"]).partition(";")[0].removeprefix("session=")


@dataclass
class Life:
    """One life of the plugin: what it is between, and everything it said."""

    plugin: Path
    folder: Path
    plex: Process
    stash: Process
    world: World
    cookie: str
    api_key: str = ""
    said: list[str] = field(default_factory=list)
    lines: set[str] = field(default_factory=set)

    @property
    def data(self) -> Path:
        return self.folder / "plexsync"

    def start(self, **args: Any) -> None:
        """Start the plugin as Stash does, with the session that it hands over."""
        port = urllib.parse.urlsplit(self.stash.url).port
        connection: Json = {"Scheme": "http", "Host": "127.0.0.1", "Port": port, "Dir": str(self.folder)}
        connection["SessionCookie"] = {"Name": "session", "Value": self.cookie}
        outcome = run_plugin(self.plugin, encode({"server_connection": connection, "args": args}))
        assert outcome.code == 0
        self.said += [outcome.stdout.decode(), outcome.stderr.decode()]

    def command(self, *words: str) -> None:
        """The command line, in this process: its edge is thin, and a start is dear."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main(["--data", str(self.data), *words])
        self.said += [out.getvalue(), err.getvalue()]

    def watch(self, ended: threading.Event) -> None:
        """Note the command line of every process there is."""
        while not ended.wait(0.05):
            for process in psutil.process_iter():
                with contextlib.suppress(psutil.Error):
                    self.lines.add("\n".join(process.cmdline()))

    def go_through(self) -> None:
        """Sync, then every trouble there is, each seen by tasks and commands."""
        self.command("config", "set", "plex_url", self.plex.url)
        ran = plexsync(self.data, "config", "set", "plex_token", stdin=TOKEN)
        self.said += [ran.out, ran.err]
        self.command("config", "set", "path_map", self.world.path_map)
        self.command("config", "set", "log_level", "debug")
        self.command("config", "set", "max_attempts", "1")
        self.start(mode="operation", operation="wake")
        for task in TASKS:
            self.start(mode="task", task=task)
        self.ask_for_status()
        for trace, match, fault in FAULTS:
            self.plex.control("POST", "faults", [{"match": match, "times": 12, **fault}])
            self.edit()
            self.wait_for_log(trace)
            self.ask_for_status()
        self.plex.control("POST", "faults", [])
        for status in (200, 401, 404, 500):
            with parrot(status) as url:
                self.command("config", "set", "plex_url", url)
                self.edit()
                self.wait_for_log(url)
                self.ask_for_status()
        self.start(mode="task", task="health_check")
        for status in (302, 403, 503):
            with parrot(status) as url:
                self.command("config", "set", "plex_url", url)
                self.command("check")
        for url in ("http://127.0.0.1:9", "http://no-such-host.invalid:32400", "https://127.1:9"):
            self.command("config", "set", "plex_url", url)
            self.command("check", "--json")
        self.go_by_key()
        self.command("config", "set", "plex_url", f"{self.plex.url}/?X-Plex-Token={urllib.parse.quote(TOKEN)}")
        self.start(mode="operation", operation=TOKEN + "x" * 100)

    def go_by_key(self) -> None:
        """Use an API key at Stash, and show it to others in Stash's place."""
        self.api_key = self.ask("mutation { generateAPIKey(input: {}) }", {})["generateAPIKey"]
        ran = plexsync(self.data, "config", "set", "stash_api_key", stdin=self.api_key)
        self.said += [ran.out, ran.err]
        self.ask_for_status()
        for status in (200, 302, 401, 403, 500):
            with parrot(status) as url:
                self.command("config", "set", "stash_url", url)
                self.wait_for_log(url)
                self.ask_for_status()
        self.command("config", "set", "stash_url", f"{self.stash.url}/?apikey={urllib.parse.quote(self.api_key)}")
        self.ask_for_status()
        self.command("config", "set", "stash_url", "")

    def edit(self) -> None:
        query = "mutation($id: ID!, $t: String) { sceneUpdate(input: { id: $id, title: $t }) { id } }"
        self.ask(query, {"id": "1", "t": f"Title {time.time()}"})

    def ask(self, query: str, variables: Json) -> Any:
        body = {"query": query, "variables": variables}
        asking = urllib.request.Request(
            f"{self.stash.url}/graphql",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Cookie": f"session={self.cookie}"},
        )
        with DIRECT.open(asking, timeout=10) as answer:
            return json.load(answer)["data"]

    def wait_for_log(self, words: str) -> None:
        until = time.monotonic() + 15
        while words not in (self.data / "plexsync.log").read_text(encoding="utf-8"):
            assert time.monotonic() < until, words
            time.sleep(0.05)

    def ask_for_status(self) -> None:
        self.command("status", "--json")
        self.command("check", "--json")

    def secrets(self) -> set[str]:
        """Token, API key, and the cookies: the one we logged in with, and the one the agent has by now."""
        cookie = (StashFiles(self.data).session or {}).get("cookie", self.cookie)
        return {TOKEN, self.api_key, self.cookie, cookie}

    def end_agent(self) -> None:
        with contextlib.closing(Store(self.data)) as store:
            pid = int(store.state.get(AGENT_STATUS, AgentStatus()).pid)
        assert pid, "an agent has lived"
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + 20
        while is_held(self.data) and time.monotonic() < until:
            time.sleep(0.05)


@pytest.fixture(scope="module")
def life(plugin_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """A life gone through, its agent ended; whatever it made was made while everybody was allowed everything."""
    folder = tmp_path_factory.mktemp("stash")
    world, before, ended = make_world(12, 7), os.umask(0), threading.Event()
    try:
        with (
            start_plex(library=world.plex, token=TOKEN, write_latency_ms=0) as plex,
            start_stash(dir=folder, library=world.stash, username="admin", password="pw") as stash,
        ):
            life = Life(plugin_folder, folder, plex, stash, world, log_in(stash))
            watching = threading.Thread(target=life.watch, args=(ended,))
            watching.start()
            try:
                life.go_through()
                for words in COMMANDS:
                    life.command(*words)
            finally:
                ended.set()
                watching.join()
                life.end_agent()
            life.said.append(json.dumps([row["path"] for row in plex.control("GET", "requests")["requests"]]))
            yield life
    finally:
        os.umask(before)


def holding(texts: dict[str, str], secrets: set[str]) -> dict[str, list[str]]:
    """Return the texts that hold one of the secrets, in whatever form, and the place."""
    shapes = {shape for secret in secrets for shape in forms(secret) if len(shape) >= 8}
    found = {name: [around(text, shape) for shape in shapes if shape in text] for name, text in texts.items()}
    return {name: places for name, places in found.items() if places}


def around(text: str, shape: str) -> str:
    return text[max(0, text.index(shape) - 40) :][:120]


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_bytes().decode("latin-1")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_search_finds_each_form() -> None:
    texts = {shape: f"before{shape}after" for shape in forms(TOKEN) if len(shape) >= 8}
    assert holding(texts, {TOKEN}).keys() == texts.keys()
    assert holding({"": base64.b64encode(f"ab{TOKEN}c".encode()).decode()}, {TOKEN})


def test_no_file_but_those_made_for_them_holds_a_secret(life: Life) -> None:
    left = files(life.data)
    assert len(life.api_key) > 20, "one was used"
    assert life.api_key in left["settings.toml"]
    assert {"state.db", "plexsync.log", "session.json", "settings.toml"} <= left.keys()
    assert "WARNING" in left["plexsync.log"], "troubles were told"
    found = holding(left, life.secrets())
    assert {name: places for name, places in found.items() if name not in HOLDERS} == {}


def test_nothing_that_was_said_holds_a_secret(life: Life) -> None:
    said = {f"{number}: {text[:300]}": text for number, text in enumerate(life.said)}
    assert len(said) > 50
    assert holding(said, life.secrets()) == {}


def test_no_command_line_holds_a_secret(life: Life) -> None:
    assert any("hook.py\nagent" in line for line in life.lines), "the agent was seen"
    own = {
        line: line for line in life.lines if "plexsync_simulators" not in line
    }  # the simulated server is told its token
    assert holding(own, life.secrets()) == {}


def test_nobody_else_may_read_or_write_any_of_it(life: Life) -> None:
    modes = {str(path): stat.S_IMODE(path.stat().st_mode) for path in (life.data, *life.data.rglob("*"))}
    assert {path: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}

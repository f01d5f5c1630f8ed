"""Each trouble of a server has its own sentence everywhere, costs no scene anything, and ends by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import stand_ins
import trustme
from agent_stage import single
from inside import Inside, inside

from plexsync.agent.lock import AgentLock
from plexsync.agent.status import describe
from plexsync.detect.stash_watcher import StashWatcher
from plexsync.domain.advice import Advice, explain
from plexsync.net.retry_budget import MOST
from plexsync.store.files.stash_files import StashFiles
from plexsync.store.jobs import State
from plexsync.store.state import AGENT_STATUS
from plexsync.sync.worker import Worker
from plexsync.usecases.check.health import check
from plexsync.usecases.opening import open_data
from plexsync.usecases.status.lines import lines_of
from plexsync.usecases.status.report import status
from plexsync_simulators.rig import TOKEN
from plexsync_simulators.world import make_world

PATIENCE = 0.2
FEW_SECONDS = 3.0
RESUMED = 5.0
JSON, HTML = "application/json", "text/html"
LOGIN = "<html><body><h1>Please sign in</h1></body></html>"


@dataclass
class Scenery:
    """Where a trouble is made: the stage, what ends with it, and the authority this machine is told to trust."""

    stage: Inside
    ends: ExitStack
    ca: trustme.CA
    folder: Path

    def at(self, stand_in: Any) -> str:
        address: str = self.ends.enter_context(stand_in)
        return address

    def plex(self, path: str, body: Any, healed: Any) -> Mapping[str, str]:
        """Let the simulated Plex itself be in trouble."""
        self.stage.plex.control("POST", path, body)
        self.ends.callback(self.stage.plex.control, "POST", path, healed)
        return {}

    def session(self, url: str, cookie: str) -> Mapping[str, str]:
        """Let Stash be known by a session alone, as the plugin's agent knows it."""
        StashFiles(self.stage.data).keep_session({"url": url, "cookie": cookie, "dir": str(self.folder)})
        self.ends.callback((self.stage.data / "session.json").unlink)
        return {"stash_url": ""}


Make = Callable[[Scenery], Mapping[str, str]]


@dataclass(frozen=True)
class Trouble:
    """``make`` brings it about and returns the settings it needs; ``words`` must be in the sentence."""

    server: str
    name: str
    code: str
    words: str
    make: Make


def unauthorized(scenery: Scenery) -> str:
    return scenery.at(stand_ins.answering(401, "", JSON))


def tls(name: str, *, expired: bool = False) -> Callable[[Scenery], str]:
    """A server with a certificate for this name, by an authority that is trusted."""

    def place(scenery: Scenery) -> str:
        context = stand_ins.signed(scenery.ca, name, expired=expired)
        return scenery.at(stand_ins.answering(200, "{}", JSON, context))

    return place


PLACES: Mapping[str, tuple[str, str, Callable[[Scenery], str]]] = {
    "down": ("unreachable", "does not answer", lambda here: here.at(stand_ins.nobody())),
    "silent": ("no_reply", "gives no answer in time", lambda here: here.at(stand_ins.silent())),
    "name_unknown": ("no_such_host", "no machine of the name", lambda _: "http://media.invalid:32400"),
    "other_server": (
        "other_server",
        "Something else than",
        lambda here: here.at(stand_ins.answering(200, '{"status": "ok"}', JSON)),
    ),
    "nothing_there": (
        "other_server",
        "Something else than",
        lambda here: here.at(stand_ins.answering(404, "no such page", "text/plain")),
    ),
    "proxy_page": ("web_page", "A web page comes", lambda here: here.at(stand_ins.answering(200, LOGIN, HTML))),
    "busy_503": ("starting", "starting or busy", lambda here: here.at(stand_ins.answering(503, LOGIN, HTML))),
    "broken_500": ("bad_answer", "makes no sense", lambda here: here.at(stand_ins.answering(500, LOGIN, HTML))),
    "tls_unknown": (
        "tls_failed",
        "nobody this machine trusts",
        lambda here: here.at(stand_ins.answering(200, "{}", JSON, stand_ins.signed(trustme.CA(), stand_ins.ELSEWHERE))),
    ),
    "tls_self_signed": (
        "tls_failed",
        "self-signed",
        lambda here: here.at(stand_ins.answering(200, "{}", JSON, stand_ins.self_signed(here.folder))),
    ),
    "tls_expired": ("tls_failed", "has expired", tls(stand_ins.ELSEWHERE, expired=True)),
    "tls_other_name": ("tls_failed", "for another", tls("other.example")),
    "tls_not_spoken": (
        "tls_failed",
        "no TLS is spoken",
        lambda here: here.at(stand_ins.answering(200, "{}", JSON)).replace("http://127.0.0.1", "https://0.0.0.0"),
    ),
}


def moved(server: str, place: Callable[[Scenery], str]) -> Make:
    return lambda scenery: {f"{server}_url": place(scenery)}


TROUBLES = [
    *(
        Trouble(server, name, code, words, moved(server, place))
        for server in ("plex", "stash")
        for name, (code, words, place) in PLACES.items()
    ),
    Trouble("plex", "starting", "starting", "maintenance", lambda h: h.plex("starting", {"on": True}, {"on": False})),
    Trouble("plex", "cut", "dropped", "hangs up", lambda here: here.plex("down", {"seconds": 600}, {"seconds": 0})),
    Trouble("plex", "token", "token_refused", "does not accept the token", lambda _: {"plex_token": "of-nobody"}),
    Trouble("plex", "library", "no_such_library", "no movie library named Gone", lambda _: {"plex_libraries": "Gone"}),
    Trouble(
        "stash",
        "key",
        "token_refused",
        "does not accept the API key",
        lambda here: {"stash_url": unauthorized(here), "stash_api_key": "wrong"},
    ),
    Trouble("stash", "expired", "session_refused", "expired", lambda here: here.session(unauthorized(here), "old")),
    Trouble("stash", "password", "password_set", "asks for a password", lambda h: {"stash_url": unauthorized(h)}),
]
IDS = [f"{trouble.server}_{trouble.name}" for trouble in TROUBLES]


@pytest.fixture(scope="module")
def stage() -> Iterator[Inside]:
    with inside(make_world(12, 3)) as stage:
        stage.sync()
        lock = AgentLock(stage.data)
        assert lock.take()
        yield stage
        lock.release()


@pytest.fixture
def scenery(stage: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scenery]:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with ExitStack() as ends:
        yield Scenery(stage, ends, ca, tmp_path)
    heal(stage)


def heal(stage: Inside) -> None:
    stage.reload()
    stage.later += RESUMED
    stage.poll()
    stage.work()


@pytest.mark.parametrize("trouble", TROUBLES, ids=IDS)
def test_a_trouble_is_told_costs_nothing_and_ends_by_itself(
    scenery: Scenery, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    if trouble.name == "tls_self_signed" and stand_ins.OPENSSL is None:
        pytest.skip("no openssl here to make such a certificate")
    stage = scenery.stage
    (scene,) = single(stage.world, 1)
    stage.edit_scene(scene, title=f"{trouble.server} {trouble.name}")
    if trouble.server == "plex":
        stage.poll()
    began(stage, scenery, trouble)
    caplog.set_level(logging.INFO, "plexsync")
    probe(stage, trouble)
    told = sentence(stage, trouble)
    assert trouble.words in told.text
    assert sum(str(told) in record.getMessage() for record in caplog.records) == 1, "once in the log, not each time"
    assert any(str(told) in line for line in lines(stage)), "in `status`"
    assert any(trouble.words in text and step == told.next_step for text, step in checked(stage)), "in `check`"
    assert not any(state is State.DEAD for state, _ in stage.jobs_by_state())
    if trouble.server == "plex":
        assert (stage.job(scene).state, stage.job(scene).attempts) == (State.QUEUED, 0)
    scenery.ends.close()
    heal(stage)
    assert stage.item_of(scene)["title"] == f"{trouble.server} {trouble.name}"
    assert "working again" in caplog.text
    assert not any(line.startswith("Waiting for") for line in lines(stage))


def began(stage: Inside, scenery: Scenery, trouble: Trouble) -> None:
    """Bring a trouble about."""
    patience = {"read_timeout": PATIENCE} if trouble.name == "silent" else {}
    stage.reload(**{**patience, **trouble.make(scenery)})


def probe(stage: Inside, trouble: Trouble) -> None:
    """Let half a minute go by, or a few probes of a server that has to be waited for, and count what it is asked."""
    part: Worker | StashWatcher = stage.worker if trouble.server == "plex" else stage.stash_watcher
    began, asked = stage.now(), sum(stage.context.plex("plex").counts.values())
    for _ in range(60):
        stage.worker.turn() if trouble.server == "plex" else stage.stash_watcher.turn(lambda _: None)
        assert part.breaker.trip is not None
        assert part.breaker.trip.code == trouble.code
        stage.later += 0.5
        if trouble.code == "no_reply" and stage.now() - began > 5:
            break
    sent = sum(stage.context.plex("plex").counts.values()) - asked
    each = 2 if trouble.code == "no_such_library" else 1  # who answers, and what libraries there are
    assert sent <= MOST + 3 + each * (stage.now() - began) / FEW_SECONDS, "those saved up are soon spent"


def sentence(stage: Inside, trouble: Trouble) -> Advice:
    trip = (stage.worker if trouble.server == "plex" else stage.stash_watcher).breaker.trip
    assert trip is not None
    return explain(trip.code, trip.data)


def lines(stage: Inside) -> tuple[str, ...]:
    """Return the lines of `plexsync status`."""
    stage.store.state.put(AGENT_STATUS, describe([stage.worker], stage.stash_watcher, stage.shared, stage.now()))
    return lines_of(status(stage.data, stage.now()))


def checked(stage: Inside) -> set[tuple[str, str]]:
    """Return the findings of `plexsync check`, with their next steps."""
    with open_data(stage.data, {}) as opened:
        return {(finding.text, finding.next_step) for finding in check(opened, stage.now).findings}


def test_no_two_troubles_have_the_same_words() -> None:
    data = {"server": "plex", "url": "http://p", "detail": "d", "library": "l", "status": "s"}
    codes = {trouble.code for trouble in TROUBLES}
    assert len({explain(code, data).text for code in codes}) == len(codes)
    assert len({explain(code, data).next_step for code in codes}) == len(codes)
    stash = {code: explain(code, {**data, "server": "stash"}).text for code in codes}
    assert stash["token_refused"] != stash["session_refused"] != stash["password_set"]


def test_a_refused_token_pauses_all_and_a_new_one_is_tried_at_once(stage: Inside) -> None:
    (scene,) = single(stage.world, 1)
    new = "a-new-one"
    stage.plex.control("POST", "tokens", {"owner": [new]})
    stage.edit_scene(scene, title="with a new token")
    stage.poll()
    assert not stage.worker.turn()
    assert any("does not accept the token" in line for line in lines(stage))
    assert not stage.worker.turn(), "it waits"
    stage.reload(plex_token=new)
    stage.work()
    assert stage.item_of(scene)["title"] == "with a new token"
    stage.plex.control("POST", "tokens", {"owner": [TOKEN]})
    heal(stage)


def test_a_library_that_vanishes_gives_nothing_up_and_goes_on_when_it_is_back() -> None:
    world = make_world(12, 3)
    (library, *_) = world.plex["sections"]
    with inside(world, settings={"plex_libraries": library["title"]}) as stage:
        stage.sync()
        paths = {file["path"] for item in library["items"] for file in item["files"]}
        scene = next(scene for scene in single(world, 12) if world.belongs[scene][0] in paths)
        stage.plex.control("DELETE", f"sections/{library['key']}")
        stage.edit_scene(scene, title="while the library was away")
        stage.poll()
        assert not stage.worker.turn()
        trip = stage.worker.breaker.trip
        assert trip is not None
        assert f"no movie library named {library['title']}" in explain(trip.code, trip.data).text
        assert stage.job(scene).attempts == 0
        stage.plex.control("POST", "library", {"sections": [library]})
        stage.later += RESUMED
        stage.work()
        assert stage.item_of(scene)["title"] == "while the library was away"
        assert not paths & stage.differences().keys()
        assert not any(state is State.DEAD for state, _ in stage.jobs_by_state())


@pytest.mark.parametrize(
    ("server", "switch", "on", "off"),
    [
        ("plex", "starting", {"on": True}, {"on": False}),
        ("plex", "down", {"seconds": 600}, {"seconds": 0}),
        ("plex", "tokens", {"owner": ["of-nobody"]}, {"owner": [TOKEN]}),
        ("stash", "down", {"seconds": 600}, {"seconds": 0}),
    ],
    ids=["plex_starting", "plex_down", "plex_refuses_the_token", "stash_down"],
)
def test_what_ends_at_the_same_address_is_over_within_five_seconds(
    stage: Inside, server: str, switch: str, on: Any, off: Any
) -> None:
    """Nobody touches a setting: only time goes by, half a second at a time."""
    (scene,) = single(stage.world, 1)
    title = f"after {server} {switch}"
    if server == "plex":
        stage.edit_scene(scene, title=title)
    at = getattr(stage, server)
    at.control("POST", switch, on)
    go_by(stage, 30.0, lambda: False)
    assert is_waiting(stage, server)
    at.control("POST", switch, off)
    if server == "stash":
        stage.edit_scene(scene, title=title)
    took = go_by(stage, 60.0, lambda: stage.item_of(scene)["title"] == title)
    assert took <= RESUMED
    assert not is_waiting(stage, server)
    assert stage.job(scene).attempts == 0


def is_waiting(stage: Inside, server: str) -> bool:
    return (stage.worker if server == "plex" else stage.stash_watcher).breaker.trip is not None


def go_by(stage: Inside, seconds: float, is_over: Callable[[], bool]) -> float:
    """Let time go by until something has come about, or is not going to; returns how long that took."""
    began = stage.later
    while stage.later - began < seconds and not is_over():
        stage.stash_watcher.turn(lambda _: None)
        stage.worker.turn()
        stage.later += 0.5
    return stage.later - began

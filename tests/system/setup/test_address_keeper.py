"""The chosen server is found again at another address, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from setup_stage import MACHINE, SERVER_TOKEN, SetupStage, claiming, setup_stage

from plexsync.domain.errors import PlexSyncError, ServerError, Starting, TlsFailed, TokenRefused, Unreachable
from plexsync.plextv.addresses import ServerAddress, Way
from plexsync.runtime.context import Context
from plexsync.runtime.reach.keeper import DAY, AddressKeeper
from plexsync.runtime.target import targets_of
from plexsync.store import Store
from plexsync.store.files.settings_file import SettingsFile
from plexsync.store.person.set_up import KeptServer
from plexsync.store.state import AGENT_STATUS, CHOSEN_SERVER, AgentStatus, KeptOutage
from plexsync.usecases.outages import outages
from plexsync.usecases.sign_in.sign_out import KEYS
from plexsync_simulators.shared.json_type import Json

NOBODY = "http://127.0.0.1:9"
SECURE = "https://127.0.0.1:9"
ACCOUNT = "account-token-of-the-keeper"
OLD: Json = {"plex_token": "an-old-one"}


@pytest.fixture(scope="module")
def servers() -> Iterator[SetupStage]:
    with setup_stage(3) as running:
        yield running


@pytest.fixture
def stage(servers: SetupStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetupStage:
    servers.begin(tmp_path, monkeypatch)
    servers.tv.control("POST", "tokens", {"admit": [ACCOUNT]})
    return servers


class Kept:
    """A keeper whose server has been away for ten seconds."""

    def __init__(self, stage: SetupStage, *, environment: dict[str, str] | None = None, **settings: str) -> None:
        values = {"plex_url": NOBODY, "plex_token": SERVER_TOKEN, "plex_server": MACHINE, **settings}
        self.file = SettingsFile(stage.data)
        self.file.set_all(values)
        self.store = Store(stage.data)
        self.context = Context(stage.data, environment or {})
        self.context.reread(self.store)
        (self.target,) = targets_of(self.context)
        self.now = 1000.0
        self.keeper = AddressKeeper(self.store, self.context, self.target, lambda: self.now)

    def knows(self, *urls: str) -> None:
        """Keep addresses of the server as they were told once."""
        self.store.state.put(CHOSEN_SERVER, KeptServer(MACHINE, "Living room", tuple((url, 0, False) for url in urls)))

    def lose(self, error: PlexSyncError | None = None) -> bool:
        """Let the server be away since ten seconds; tells whether another address was found."""
        self.target.breaker.open(error or Unreachable(server="plex", url=NOBODY, detail="refused"), self.now)
        self.now += 10
        return self.keeper.turn()

    @property
    def url(self) -> object:
        return self.file.read()["plex_url"]

    def close(self) -> None:
        self.store.close()


@contextmanager
def answering(meanwhile: Callable[[], None]) -> Iterator[int]:
    """Answer as the chosen server, but let something happen first; yields the port."""

    def identity(_: BaseHTTPRequestHandler) -> str:
        meanwhile()
        return MACHINE

    with claiming(identity) as port:
        yield port


def test_another_known_address_is_taken_without_plex_tv(stage: SetupStage) -> None:
    with closing(Kept(stage)) as kept:
        kept.knows(NOBODY, stage.plex.url)
        assert kept.lose()
        assert kept.url == stage.plex.url
        assert kept.context.reread(kept.store)


def test_plex_tv_is_asked_for_an_address_that_is_new(stage: SetupStage) -> None:
    with closing(Kept(stage, plex_account_token=ACCOUNT)) as kept:
        kept.knows(NOBODY)
        assert kept.lose()
        assert kept.url == stage.plex.url
        found = kept.store.state.get(CHOSEN_SERVER)
        assert found is not None
        assert [url for url, _, _ in found.addresses] == [stage.plex.url]


def test_a_key_that_the_server_refuses_is_replaced_by_a_newer_one(stage: SetupStage) -> None:
    with closing(Kept(stage, plex_url=stage.plex.url, plex_account_token=ACCOUNT, **OLD)) as kept:
        kept.knows(stage.plex.url)
        assert kept.lose(TokenRefused(server="plex", url=stage.plex.url, detail="401"))
        assert kept.file.read()["plex_token"] == SERVER_TOKEN


def test_a_token_of_the_environment_is_a_persons_and_stays(stage: SetupStage) -> None:
    """The server's newer one would lie in the file for nothing."""
    environment = {"PLEXSYNC_PLEX_TOKEN": "a-persons-own"}
    with closing(Kept(stage, environment=environment, plex_account_token=ACCOUNT, **OLD)) as kept:
        kept.knows(NOBODY)
        assert kept.lose()
        assert (kept.url, kept.file.read()["plex_token"]) == (stage.plex.url, OLD["plex_token"])


def test_another_servers_address_is_not_taken(stage: SetupStage) -> None:
    with closing(Kept(stage, plex_server="b" * 40)) as kept:
        kept.store.state.put(
            CHOSEN_SERVER, KeptServer("b" * 40, "Attic", tuple((url, 0, False) for url in (NOBODY, stage.plex.url)))
        )
        assert not kept.lose()
        assert kept.url == NOBODY


@pytest.mark.parametrize("settings", [{"plex_server": ""}, {}])
def test_an_address_of_a_persons_own_stays(stage: SetupStage, settings: dict[str, str]) -> None:
    environment = {} if settings else {"PLEXSYNC_PLEX_URL": NOBODY}
    with closing(Kept(stage, environment=environment, **settings)) as kept:
        kept.knows(NOBODY, stage.plex.url)
        assert not kept.lose()
        assert kept.url == NOBODY


@pytest.mark.parametrize("name", ["Living room", NOBODY])
def test_an_address_that_plexsync_did_not_find_stays(stage: SetupStage, name: str) -> None:
    with closing(Kept(stage)) as kept:
        given = {"Living room": (stage.plex.url,), NOBODY: (NOBODY, stage.plex.url)}[name]
        kept.store.state.put(CHOSEN_SERVER, KeptServer(MACHINE, name, tuple((url, 0, False) for url in given)))
        assert not kept.lose()
        assert kept.url == NOBODY


@pytest.mark.parametrize("error", [TlsFailed, Unreachable])
def test_no_token_goes_over_to_plain_http(
    stage: SetupStage, caplog: pytest.LogCaptureFixture, error: type[ServerError]
) -> None:
    with closing(Kept(stage, plex_url=SECURE, plex_account_token=ACCOUNT)) as kept:
        kept.knows(SECURE, stage.plex.url)
        lost = error(server="plex", url=SECURE, detail="its certificate has expired")
        assert not kept.lose(lost)
        assert kept.url == SECURE
        assert "setup --step server" in caplog.text
        waiting = AgentStatus(outages={"worker": KeptOutage(lost.code, lost.data, 1.0)})
        kept.store.state.put(AGENT_STATUS, waiting)
        (outage,) = outages(kept.store)
        assert "setup --step server" in outage.advice.next_step


def test_no_plain_address_outside_is_taken_though_the_one_in_force_is_plain(stage: SetupStage) -> None:
    with closing(Kept(stage)) as kept:
        rows = ((NOBODY, int(Way.LOCAL), False), (stage.plex.url, int(Way.DIRECT), False))
        kept.store.state.put(CHOSEN_SERVER, KeptServer(MACHINE, "Living room", rows))
        assert not kept.lose()
        assert kept.url == NOBODY


def test_a_public_address_is_not_at_home_though_the_server_calls_it_local() -> None:
    assert ServerAddress("http://192.168.1.5:32400", Way.LOCAL).stays_home
    assert not ServerAddress("http://8.8.8.8:32400", Way.LOCAL).stays_home
    assert not ServerAddress("http://192.168.1.5:32400", Way.DIRECT).stays_home


@pytest.mark.parametrize(
    "choice",
    [
        dict.fromkeys(KEYS),
        {"plex_server": "b" * 40, "plex_url": "http://127.0.0.1:8", "plex_token": "of-another"},
        {"plex_url": "http://127.0.0.1:8"},
        {"plex_token": "a-newer-one"},
    ],
    ids=["sign_out", "another_server", "another_address", "another_token"],
)
def test_what_a_person_does_during_a_search_wins(stage: SetupStage, choice: dict[str, object]) -> None:
    with closing(Kept(stage, plex_account_token=ACCOUNT, **OLD)) as kept:
        with answering(lambda: kept.file.set_all(choice)) as port:
            place = {"address": "127.0.0.1", "port": port, "uri": f"http://127.0.0.1:{port}"}
            row = stage.row()
            stage.tv.control("POST", "resources", [{**row, "connections": [{**row["connections"][0], **place}]}])
            kept.knows(NOBODY)
            before = kept.store.state.get(CHOSEN_SERVER)
            assert not kept.lose()
        said = kept.file.read()
        assert {key: said.get(key) for key in choice} == choice
        assert SERVER_TOKEN not in said.values()
        assert kept.store.state.get(CHOSEN_SERVER) == before


def test_what_a_person_did_just_before_a_search_wins(stage: SetupStage) -> None:
    with closing(Kept(stage)) as kept:
        kept.knows(NOBODY, stage.plex.url)
        kept.file.set("plex_url", "http://127.0.0.1:8")
        assert not kept.lose()
        assert kept.url == "http://127.0.0.1:8"


def test_a_server_that_is_starting_is_waited_for(stage: SetupStage) -> None:
    with closing(Kept(stage)) as kept:
        kept.knows(NOBODY, stage.plex.url)
        assert not kept.lose(Starting(server="plex", url=NOBODY, detail=""))


def test_searches_grow_rare(stage: SetupStage) -> None:
    stage.tv.control("POST", "resources", [])
    with closing(Kept(stage, plex_account_token=ACCOUNT)) as kept:
        kept.knows(NOBODY)
        stage.tv.control("POST", "reset_counters", {})
        assert not kept.lose()
        for _ in range(600):
            kept.now += 1
            kept.keeper.turn()
        assert stage.tv.control("GET", "requests")["methods"]["GET"] <= 5


def test_the_accounts_key_is_kept_alive_once_a_day(stage: SetupStage) -> None:
    with closing(Kept(stage, plex_account_token=ACCOUNT)) as kept:
        stage.tv.control("POST", "reset_counters", {})
        for _ in range(49):
            kept.now += DAY / 24
            kept.keeper.turn()
        assert stage.tv.control("GET", "requests")["paths"] == {"GET /api/v2/ping": 2}

"""Signing in, choosing a server and signing out, against the simulated plex.tv."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from setup_stage import MACHINE, SERVER_TOKEN, SetupStage, claiming, setup_stage

from plexsync.domain.errors import (
    ForeignServer,
    NoAddressAnswers,
    NoPlexServer,
    NoSuchServer,
    NotOwnServer,
    NotSignedIn,
    OtherServer,
    PinExpired,
    SeveralServers,
    TokenRefused,
    Unreachable,
)
from plexsync.runtime.sync_state import setup_of
from plexsync.store.files.settings_file import SettingsFile
from plexsync.store.person.set_up import KeptSetup, SetupStep
from plexsync.store.state import CHOSEN_SERVER, SETUP
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.refusal import Refused
from plexsync.usecases.sign_in.server_choice import choose_server, servers_view, use_address
from plexsync.usecases.sign_in.sign_in import account_name, invite, is_signed_in, is_under_way, poll, show
from plexsync.usecases.sign_in.sign_out import sign_out
from plexsync_simulators.shared.json_type import Json


class Clock:
    """A clock in the test's own hands."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def servers() -> Iterator[SetupStage]:
    with setup_stage(3) as running:
        yield running


@pytest.fixture
def stage(servers: SetupStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetupStage:
    servers.begin(tmp_path / "data", monkeypatch)
    return servers


@pytest.fixture
def opened(stage: SetupStage) -> Iterator[Opened]:
    with open_data(stage.data, {"PLEXSYNC_STASH_URL": stage.stash.url}) as found:
        yield found


def signed_in(stage: SetupStage, opened: Opened) -> str:
    clock = Clock()
    token = stage.approve(invite(opened, clock).code)
    clock.now += 3
    assert poll(opened, clock).account == "example-owner"
    return token


@pytest.mark.parametrize("way", ["link", "code"])
def test_either_way_signs_in_and_the_key_is_kept_privately(stage: SetupStage, opened: Opened, way: str) -> None:
    clock = Clock()
    invitation = invite(opened, clock)
    assert invitation.seconds == 900
    assert poll(opened, clock).invitation is not None
    code = invitation.code if way == "code" else invitation.link.partition("code=")[2].partition("&")[0]
    token = stage.approve(code)
    clock.now += 3
    view = poll(opened, clock)
    assert (view.account, view.invitation) == ("example-owner", None)
    settings = stage.data / "settings.toml"
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    assert SettingsFile(stage.data).read() == {"plex_account_token": token}
    assert not (stage.data / "sign_in.json").exists()
    assert token not in stage.kept()
    assert opened.context.redactor.clean(f"x {token}") == "x ••••••"
    assert "plex" not in opened.context.settings.shown("plex_account_token")


def test_a_sign_in_that_was_left_goes_on_in_another_process(stage: SetupStage, opened: Opened) -> None:
    clock = Clock()
    first = invite(opened, clock)
    assert stat.S_IMODE((stage.data / "sign_in.json").stat().st_mode) == 0o600
    clock.now += 500
    with open_data(stage.data, {"PLEXSYNC_STASH_URL": stage.stash.url}) as other:
        again = invite(other, clock)
        assert (again.link, again.code, again.seconds) == (first.link, first.code, 400)
        stage.approve(first.code)
        clock.now += 3
        assert poll(other, clock).account == "example-owner"


def test_plex_tv_is_asked_every_two_seconds_at_most(stage: SetupStage, opened: Opened) -> None:
    clock = Clock()
    invite(opened, clock)
    stage.tv.control("POST", "reset_counters", {})
    for _ in range(41):
        poll(opened, clock)
        clock.now += 0.25
    assert stage.tv.control("GET", "requests")["methods"]["GET"] <= 12  # ten seconds, two pins


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503, "times": 2},
        {"kind": "status", "status": 429, "times": 2},
        {"kind": "status", "status": 429, "times": 2, "retry_after": 20},
        {"kind": "reset", "times": 2},
        {"kind": "truncate", "times": 2},
    ],
)
def test_trouble_that_may_end_ends_no_sign_in(stage: SetupStage, opened: Opened, fault: Json) -> None:
    clock = Clock()
    code = invite(opened, clock).code
    stage.tv.control("POST", "faults", {**fault, "match": {"path_regex": "/pins/"}})
    clock.now += 3
    view = poll(opened, clock)
    assert view.invitation is not None
    assert view.trouble is not None
    stage.approve(code)
    clock.now += 3
    if fault.get("status") == 429:
        assert poll(opened, clock).account == ""  # not yet
        clock.now += 20
    assert poll(opened, clock).account == "example-owner"


@pytest.mark.parametrize("answer", ["404", "200"])
def test_a_code_that_has_run_out_is_said_and_another_one_made(stage: SetupStage, opened: Opened, answer: str) -> None:
    stage.tv.control("POST", "switches", {"expired": answer})
    clock = Clock()
    first = invite(opened, clock)
    stage.tv.control("POST", "expire", {"code": first.code})
    clock.now += 3
    view = poll(opened, clock)
    assert view.invitation is not None
    assert (view.invitation.code, view.invitation.link) == ("", first.link)  # the link is still good
    stage.tv.control("POST", "expire", {})
    clock.now += 3
    with pytest.raises(PinExpired):
        poll(opened, clock)
    assert invite(opened, clock).code not in {"", first.code}
    stage.tv.control("POST", "switches", {"expired": "404"})


def test_a_code_ends_by_our_own_clock_where_plex_tv_is_silent(stage: SetupStage, opened: Opened) -> None:
    clock = Clock()
    invite(opened, clock)
    stage.tv.control("POST", "down", {"seconds": 60})
    clock.now += 1801
    with pytest.raises(PinExpired):
        poll(opened, clock)
    stage.tv.control("POST", "down", {"seconds": 0})


def test_no_plex_tv_is_said_at_once(stage: SetupStage, opened: Opened) -> None:
    stage.tv.control("POST", "down", {"seconds": 60})
    with pytest.raises(Unreachable):
        invite(opened, Clock())
    stage.tv.control("POST", "down", {"seconds": 0})
    assert not (stage.data / "sign_in.json").exists()


def test_the_token_is_kept_even_if_the_account_cannot_be_asked(stage: SetupStage, opened: Opened) -> None:
    clock = Clock()
    stage.tv.control("POST", "switches", {"claimed": "gone"})
    token = stage.approve(invite(opened, clock).code)
    stage.tv.control("POST", "faults", {"kind": "status", "status": 503, "match": {"path_regex": "/user"}})
    clock.now += 3
    assert poll(opened, clock).trouble is not None
    assert SettingsFile(stage.data).read()["plex_account_token"] == token
    stage.tv.control("POST", "switches", {"claimed": "stays"})


def test_the_servers_own_token_goes_to_the_server_and_never_the_accounts(stage: SetupStage, opened: Opened) -> None:
    token = signed_in(stage, opened)
    chosen = choose_server(opened, "living ROOM")
    assert (chosen.id, chosen.url, chosen.way, chosen.warnings) == (MACHINE, stage.plex.url, "local", ())
    kept = SettingsFile(stage.data).read()
    assert (kept["plex_url"], kept["plex_token"], kept["plex_server"]) == (stage.plex.url, SERVER_TOKEN, MACHINE)
    assert token != SERVER_TOKEN
    assert opened.target.identity().machine_id == MACHINE
    assert SERVER_TOKEN not in stage.kept()


def test_an_account_without_a_server_of_its_own_is_said(stage: SetupStage, opened: Opened) -> None:
    signed_in(stage, opened)
    stage.tv.control("POST", "resources", [])
    with pytest.raises(NoPlexServer) as nothing:
        servers_view(opened)
    assert nothing.value.data["account"] == "example-owner"
    stage.tv.control("POST", "resources", [stage.row(owned=False, sourceTitle="a friend")])
    view = servers_view(opened)
    assert view.choosable == ()
    assert "belongs to a friend" in str(view.servers[0].obstacle)
    with pytest.raises(NotOwnServer):
        choose_server(opened, "Living room")
    with pytest.raises(NoSuchServer):
        choose_server(opened, "Attic")
    assert "plex_url" not in SettingsFile(stage.data).read()


def test_two_servers_of_one_name_are_told_apart_by_their_ids(stage: SetupStage, opened: Opened) -> None:
    signed_in(stage, opened)
    twin = stage.row(clientIdentifier="b" * 40)
    stage.tv.control("POST", "resources", [twin, stage.row()])
    with pytest.raises(SeveralServers) as caught:
        choose_server(opened, "Living room")
    assert MACHINE in caught.value.data["available"]
    assert choose_server(opened, MACHINE).id == MACHINE
    with pytest.raises(NoAddressAnswers):  # the twin's address is this server's: it is not who is wanted
        choose_server(opened, "b" * 40)
    stage.tv.control("POST", "resources", [{**twin, "owned": False, "sourceTitle": "x"}, stage.row()])
    assert choose_server(opened, "Living room").id == MACHINE


def test_a_server_by_relay_only_is_taken_with_a_warning(stage: SetupStage, opened: Opened) -> None:
    signed_in(stage, opened)
    connection = {**stage.row()["connections"][0], "relay": True}
    stage.tv.control("POST", "resources", [stage.row(connections=[connection])])
    chosen = choose_server(opened, "Living room")
    assert chosen.way == "relay"
    assert "about 5 scenes a second" in str(chosen.warnings[0])


def test_a_token_that_the_server_refuses_is_fetched_once_more(stage: SetupStage, opened: Opened) -> None:
    signed_in(stage, opened)
    stage.tv.control("POST", "resources", [stage.row(accessToken="old-token")])
    with pytest.raises(TokenRefused):
        choose_server(opened, "Living room")
    assert "plex_url" not in SettingsFile(stage.data).read()


def test_a_pasted_address_is_asked_who_it_is_before_it_gets_the_token(stage: SetupStage, opened: Opened) -> None:
    with pytest.raises(OtherServer):
        use_address(opened, stage.tv.url, SERVER_TOKEN)  # something else answers there
    asked = stage.tv.control("GET", "requests")["requests"][-1]
    assert asked["path"] == "/identity"
    with pytest.raises(TokenRefused):
        use_address(opened, stage.plex.url, "wrong")
    assert SettingsFile(stage.data).read() == {}
    chosen = use_address(opened, f"{stage.plex.url}/web/index.html", SERVER_TOKEN)
    assert (chosen.id, chosen.way) == (MACHINE, "given")
    assert SettingsFile(stage.data).read()["plex_server"] == MACHINE


def test_no_token_goes_to_another_server_that_answers_at_the_same_address_by_then(opened: Opened) -> None:
    """A router may have given the place of a server that was asked a moment ago to another one."""
    heard: list[tuple[str, str | None]] = []

    def identity(asked: BaseHTTPRequestHandler) -> str:
        who = "b" * 40 if heard else MACHINE
        heard.append((asked.path, asked.headers.get("X-Plex-Token")))
        return who

    with claiming(identity) as port, pytest.raises(ForeignServer):
        use_address(opened, f"http://127.0.0.1:{port}", SERVER_TOKEN)
    assert heard == [("/identity", None), ("/identity", None)]
    assert SettingsFile(opened.folder).read() == {}


def test_a_key_that_plex_tv_no_longer_takes_is_forgotten(stage: SetupStage, opened: Opened) -> None:
    token = signed_in(stage, opened)
    choose_server(opened, "Living room")
    stage.tv.control("POST", "tokens", {"revoke": [token]})
    with pytest.raises(TokenRefused):
        servers_view(opened)
    assert not is_signed_in(opened)
    assert SettingsFile(stage.data).read()["plex_token"] == SERVER_TOKEN  # the server's own still works


def test_whoever_comes_back_with_a_key_that_is_refused_is_invited_anew(stage: SetupStage, opened: Opened) -> None:
    stage.tv.control("POST", "tokens", {"revoke": [signed_in(stage, opened)]})
    view = show(opened, Clock(), anew=False)
    assert (view.account, view.invitation is not None) == ("", True)
    assert not is_signed_in(opened)


def test_a_new_key_to_the_server_in_force_stops_no_writing_and_another_server_does(
    stage: SetupStage, opened: Opened
) -> None:
    signed_in(stage, opened)
    choose_server(opened, MACHINE)
    opened.store.state.put(SETUP, KeptSetup(tuple(SetupStep), held=False))
    choose_server(opened, MACHINE)
    assert not setup_of(opened.store).held
    SettingsFile(stage.data).set("plex_server", "b" * 40)
    opened.context.reread(opened.store)
    choose_server(opened, MACHINE)
    assert setup_of(opened.store).held


def test_signing_out_ends_the_key_and_forgets_it_everywhere(stage: SetupStage, opened: Opened) -> None:
    token = signed_in(stage, opened)
    choose_server(opened, "Living room")
    invite(opened, Clock())
    done = sign_out(opened)
    assert (done.trouble, done.elsewhere) == (None, ())
    assert not is_under_way(opened), "nobody comes in by a link of before"
    assert token not in stage.tv.control("POST", "tokens", {})["alive"]
    assert SettingsFile(stage.data).read() == {}
    assert token not in "".join(file.read_text() for file in stage.data.glob("settings.toml*"))
    assert opened.store.state.get(CHOSEN_SERVER) is None
    with pytest.raises(NotSignedIn):
        sign_out(opened)


def test_signing_out_forgets_also_where_plex_tv_is_away(stage: SetupStage, opened: Opened) -> None:
    signed_in(stage, opened)
    stage.tv.control("POST", "down", {"seconds": 60})
    done = sign_out(opened)
    stage.tv.control("POST", "down", {"seconds": 0})
    assert done.trouble is not None
    assert SettingsFile(stage.data).read() == {}
    with pytest.raises(NotSignedIn):
        account_name(opened)


def test_a_choice_that_the_environment_overrules_is_refused(stage: SetupStage) -> None:
    variables = {"PLEXSYNC_STASH_URL": stage.stash.url, "PLEXSYNC_PLEX_URL": "http://127.0.0.1:9"}
    with open_data(stage.data, variables) as opened:
        with pytest.raises(Refused) as caught:
            use_address(opened, stage.plex.url, SERVER_TOKEN)
        assert not setup_of(opened.store).held
    assert caught.value.code == "set_in_environment"
    assert SettingsFile(stage.data).read() == {}

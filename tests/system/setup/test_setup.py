"""The first hour on the command line: from an empty data folder to a library in step."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import command, environment
from setup_stage import SERVER_TOKEN, SetupStage, end_agent, setup_stage
from terminal import Terminal

from plexsync.domain.model import Field, Policy
from plexsync.store.files.settings_file import SettingsFile
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.refusal import Refused
from plexsync.usecases.setup.fields import choose_fields, fields_view
from plexsync.usecases.setup.folders import choose_folders, folders_view
from plexsync.usecases.setup.libraries import choose_libraries, libraries_view
from plexsync.usecases.setup.steps import ask_libraries_anew, leave_locked, setup_view, start, start_and_sync
from plexsync.usecases.setup.survey import Survey, note_seen, survey
from plexsync_simulators.shared.json_type import Json


@pytest.fixture(scope="module")
def servers() -> Iterator[SetupStage]:
    with setup_stage() as running:
        yield running


@pytest.fixture
def stage(servers: SetupStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetupStage:
    servers.begin(tmp_path / "data", monkeypatch)
    return servers


@pytest.fixture
def addressed(stage: SetupStage) -> SetupStage:
    """A stage whose server is known by an address and a token; the libraries come next."""
    ran = stage.run("setup", "--url", stage.plex.url, "--token", "-", "--json", stdin=SERVER_TOKEN + "\n")
    assert (ran.code, ran.document["setup"]["step"]) == (1, "libraries")
    return stage


def test_from_nothing_to_a_library_in_step(stage: SetupStage) -> None:
    """Each step stops where it needs an answer, nothing is written before the start, and all keys end with signout."""
    first = stage.run("setup", "--json")
    assert first.code == 1
    invitation = first.document["sign_in"]
    token = stage.approve(invitation["code"])
    second = stage.run("setup", "--json")
    found = second.document
    assert (second.code, found["account"], found["server"]["name"]) == (1, "example-owner", "Living room")
    assert found["setup"]["step"] == "libraries"
    assert {row["title"]: row["known"] for row in found["libraries"]}["Shorts, Clips & Más"] > 0
    third = stage.run("setup", "--library", "Movies", "--library", "shorts, clips & más", "--json")
    assert (third.code, third.document["setup"]["step"]) == (0, "start")
    folders, seen = third.document["folders"], third.document["preview"]
    assert folders["origin"] == "found"
    assert {(rule["stash"], rule["plex"]) for rule in folders["files"]["rules"]} == {
        ("/data", "/media"),
        ("/archive/old films", "/mnt/nas/films"),
    }
    assert len(folders["files"]["from_stash"]) == len(folders["files"]["from_plex"]) == 20
    assert folders["files"]["left_in_plex"]["files"] > 0
    assert all(row["example"] for row in third.document["fields"] if row["field"] != "labels")
    assert len(seen["samples"]) == 30
    assert seen["changing"] + seen["equal"] == seen["items"] > 30
    assert next(loss for loss in seen["losses"] if loss["field"] == "title")["file_names"] > 0
    assert stage.writes() == 0
    done = stage.run("setup", "--start", "--json")
    try:
        assert (done.code, done.document["drained"]["end"]) == (0, "empty")
        assert not done.document["setup"]["held"]
        assert stage.writes() > 0
        again = stage.run("sync", "--all", "--dry-run", "--json").document
        assert again["scenes"] == 60
        assert not any(prospect["items"] and _changes(prospect) for prospect in again["prospects"])
    finally:
        end_agent(stage.run("status", "--json").out)
    assert stage.run("signout").code == 0
    assert token not in stage.tv.control("POST", "tokens", {})["alive"]
    told = "".join(ran.out + ran.err for ran in (second, third, done)) + stage.kept()
    assert token not in told
    assert SERVER_TOKEN not in told


def _changes(prospect: Json) -> bool:
    return any(view["outcome"] == "changes" for item in prospect["items"] for view in item["fields"])


def test_a_living_agent_writes_nothing_before_the_start(addressed: SetupStage) -> None:
    addressed.rename_scenes("Another title")
    agent = subprocess.Popen(command(addressed.data, "agent"), env=environment(addressed.variables))
    try:
        _until(lambda: addressed.run("status", "--json").document["agent"]["alive"])
        for words in (("setup", "--library", "Movies", "--json"), ("sync", "--all", "--no-wait")):
            ran = addressed.run(*words)
            assert ran.code == 0, ran
        assert "The set-up is not finished" in addressed.run("status").out
        time.sleep(1.0)  # a worker that may write would do so within a tenth of that
        assert addressed.writes() == 0
        ran = addressed.run("setup", "--start")
        assert ran.code == 0, ran
        assert addressed.writes() > 0
    finally:
        agent.terminate()
        agent.wait(20)


def _until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_library_that_is_gone_is_asked_for_again(addressed: SetupStage) -> None:
    with open_data(addressed.data, addressed.variables) as opened:
        choose_libraries(opened, ["Movies"])
        SettingsFile(addressed.data).set("plex_libraries", "Gone")
        assert setup_view(opened).step == "folders"
    ran = addressed.run("setup")
    assert ran.code == 4
    assert "Plex has no movie library named Gone" in ran.err
    with open_data(addressed.data, addressed.variables) as opened:
        assert setup_view(opened).step == "libraries"


def test_an_answer_given_early_lets_the_steps_before_it_be_answered_first(stage: SetupStage) -> None:
    stage.approve(stage.run("setup", "--json").document["sign_in"]["code"])
    ran = stage.run("setup", "--library", "Movies", "--json")
    assert (ran.code, ran.document["setup"]["step"], ran.document["server"]["name"]) == (0, "start", "Living room")


def test_an_answer_given_anew_asks_what_follows_again(addressed: SetupStage) -> None:
    with open_data(addressed.data, addressed.variables) as opened:
        choose_libraries(opened, ["Movies"])
        choose_fields(opened, {Field.GENRES: Policy.MIRROR})
        choose_libraries(opened, ["Movies"])
        steps = {step.step: step.state for step in setup_view(opened).steps}
        assert (steps["libraries"], steps["folders"], steps["fields"]) == ("done", "now", "open")
        assert opened.context.settings.policy(Field.GENRES) is Policy.MIRROR


def test_rules_are_tried_without_being_kept_and_say_what_plex_has_instead(addressed: SetupStage) -> None:
    with open_data(addressed.data, addressed.variables) as opened:
        libraries_view(opened, lambda _what, _number: None)
        choose_libraries(opened, ["Movies", "Shorts, Clips & Más"])
        tried = folders_view(opened, (("/data", "D:\\new"),))
        assert tried.files.found == 0
        assert "No file of Stash was found" in str(tried.doubts[-1])
        miss = next(example for example in tried.files.from_stash if example.instead)
        assert miss.other.startswith("D:\\new\\")
        assert miss.rule == ("/data", "/media")
        assert folders_view(opened).origin == "found"
        assert "path_map" not in SettingsFile(addressed.data).read()


def test_wrong_rules_and_unknown_names_change_nothing(addressed: SetupStage) -> None:
    before = SettingsFile(addressed.data).read()
    for words, code in (
        (("--folder", "/data"), 4),
        (("--library", "Nowhere"), 4),
        (("--policy", "genres=often"), 2),
        (("--policy", "colour"), 2),
    ):
        ran = addressed.run("setup", *words)
        assert ran.code == code, ran
        assert ran.err
    assert SettingsFile(addressed.data).read() == before
    assert addressed.run("setup", "--url", addressed.plex.url).code == 2


def test_the_preview_puts_the_largest_changes_first_and_names_what_goes(addressed: SetupStage) -> None:
    with open_data(addressed.data, addressed.variables) as opened:
        choose_libraries(opened, ["Movies"])
        choose_fields(opened, {Field.GENRES: Policy.MIRROR})
        seen = looked(opened).preview
    sizes = [prospect.number("changes") for prospect in seen.samples]
    assert sizes == sorted(sizes, reverse=True)
    assert seen.scenes == 60
    assert sum(number for _, number in seen.doubts) > 0


def looked(opened: Opened) -> Survey:
    """Look at all scenes, leave what is locked, and see the preview."""
    found = survey(opened, lambda _done, _total: None)
    leave_locked(opened)
    note_seen(opened, found.by)
    return found


def see_all(opened: Opened) -> None:
    """Answer all steps."""
    choose_libraries(opened, ["Movies"])
    choose_folders(opened, None)
    choose_fields(opened, {})
    looked(opened)


@pytest.mark.parametrize(
    ("setting", "value"), [("policy_genres", "mirror"), ("plex_libraries", ""), ("path_map", "/data => /elsewhere")]
)
def test_other_settings_after_the_preview_ask_for_it_again(addressed: SetupStage, setting: str, value: str) -> None:
    with open_data(addressed.data, addressed.variables) as opened:
        see_all(opened)
        assert setup_view(opened).step == "start"
        SettingsFile(addressed.data).set(setting, value or None)
        opened.context.reread(opened.store)
        assert (setup_view(opened).step, setup_view(opened).held) == ("preview", True)
        looked(opened)
        assert setup_view(opened).step == "start"


def test_after_the_start_a_view_holds_nothing_and_no_second_start_goes_through(addressed: SetupStage) -> None:
    with open_data(addressed.data, addressed.variables) as opened:
        see_all(opened)
        start(opened, time.time())
        asked = opened.store.rows()["command"]
        looked(opened)
        libraries_view(opened, lambda _what, _number: None)
        folders_view(opened)
        fields_view(opened)
        ask_libraries_anew(opened)
        assert (setup_view(opened).step, setup_view(opened).held) == ("start", False)
        with pytest.raises(Refused) as refused:
            start_and_sync(opened, addressed.data, time.time())
        assert "has ended already" in refused.value.advice.text
        assert opened.store.rows()["command"] == asked
    assert addressed.run("setup", "--start").code == 1
    assert "nothing has been written" not in addressed.run("setup").out


def test_an_address_where_nobody_is_keeps_nothing(stage: SetupStage) -> None:
    ran = stage.run("setup", "--url", "http://127.0.0.1:9", "--token", "x", "--json")
    assert ran.code == 5
    assert ran.document["error"]["code"] == "unreachable"
    assert SettingsFile(stage.data).read() == {}


def test_another_tools_address_and_key_are_offered(stage: SetupStage) -> None:
    configure = "mutation($id: ID!, $input: Map!) { configurePlugin(plugin_id: $id, input: $input) }"
    stage.ask_stash(configure, id="Stash2Plex", input={"plex_url": stage.plex.url, "plex_token": SERVER_TOKEN})
    terminal = Terminal(stage)
    terminal.read(r"Stash2Plex is set up in Stash. Use its address and key")
    terminal.type("y\n")
    terminal.read(r"as given, version")
    terminal.read(r"Step 3 of 8: Libraries")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130
    stage.ask_stash(configure, id="Stash2Plex", input={})
    assert SettingsFile(stage.data).read()["plex_token"] == SERVER_TOKEN


def test_a_person_at_a_terminal_leaves_by_ctrl_c_and_goes_on(stage: SetupStage) -> None:
    first = Terminal(stage)
    code = first.read(r"and type  ((?:\w ){3}\w)").replace(" ", "")
    first.process.send_signal(signal.SIGINT)
    first.read(r"goes on where it was; nothing has been written")
    assert first.end() == 130
    stage.approve(code)
    second = Terminal(stage)
    second.read(r"Signed in as example-owner")
    second.read(r"in your network")
    second.read(r"Enter for 1, 2\)")
    second.type("9\n")
    second.read(r"Write numbers from 1 to 2")
    second.type("1\n")
    second.read(r"Enter to go on, or rules")
    second.type("/data => /nowhere\n")
    second.read(r"/data => /nowhere   0 of")
    second.type("/data => /media; /archive/old films => /mnt/nas/films\n")
    second.read(r"As you gave them.")
    second.read(r"Enter to go on, or rules")
    second.type("\n")
    second.read(r"FIELD=RULE")
    second.type("genres=mirror\n")
    second.read(r"genres +mirror")
    second.read(r"FIELD=RULE")
    second.type("\n")
    if "Enter" in second.read(r"Every locked value is PlexSync's own|Enter to leave them all"):
        second.type("\n")  # an installation before this one has locked what it wrote
    second.read(r"Nothing has been written yet")
    second.read(r"Start: write to \d+ items")
    second.type("n\n")
    second.read(r"`plexsync setup --start` starts")
    assert second.end() == 0
    assert stage.writes() == 0
    kept = SettingsFile(stage.data).read()
    assert kept["path_map"] == "/data => /media; /archive/old films => /mnt/nas/films"
    assert kept["policy_genres"] == "mirror"

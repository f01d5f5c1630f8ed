"""Taking over what another tool left locked: shown first, chosen by field, written by the next sync, and undone."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import command, environment
from setup_stage import MACHINE, SERVER_TOKEN, SetupStage, setup_stage
from terminal import Terminal

from plexsync.domain.model import Field
from plexsync.store.files.settings_file import SettingsFile
from plexsync.store.jobs import Priority, Setback, State
from plexsync.usecases.adopt.adopting import adopt, adoptions, release
from plexsync.usecases.adopt.foreign import foreign_fields
from plexsync.usecases.adopt.tools import COMMUNITY, other_tools, other_tools_view, tool_named
from plexsync.usecases.adopt.views import ForeignField
from plexsync.usecases.dry_run.item_view import FieldView
from plexsync.usecases.dry_run.sync import prospects
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.refusal import Refused
from plexsync.usecases.setup.fields import choose_fields
from plexsync_simulators.shared.json_type import Json


def no_progress(_done: int, _total: int) -> None:
    """Hear nothing."""


@pytest.fixture(scope="module")
def servers() -> Iterator[SetupStage]:
    with setup_stage(20) as running:
        yield running


@pytest.fixture
def stage(servers: SetupStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetupStage:
    servers.begin(tmp_path / "data", monkeypatch)
    values = {"plex_url": servers.plex.url, "plex_token": SERVER_TOKEN, "plex_server": MACHINE}
    SettingsFile(servers.data).set_all(values)
    return servers


@pytest.fixture
def opened(stage: SetupStage) -> Iterator[Opened]:
    with open_data(stage.data, stage.variables) as found:
        yield found


def linked(opened: Opened) -> Json:
    """Return the fields of each item by its rating key, of scenes with one item."""
    return {
        prospect.items[0].rating_key: {view.field: view for view in prospect.items[0].fields}
        for prospect in prospects(opened, scope="all")
        if len(prospect.items) == 1
    }


def leave(stage: SetupStage, rating_key: str, **parts: object) -> None:
    """Write to an item as another tool does: a value and its lock."""
    stage.plex.control("POST", f"items/{rating_key}", parts)


def by_field(found: tuple[ForeignField, ...]) -> Mapping[str, ForeignField]:
    return {row.field: row for row in found}


def view_of(opened: Opened, rating_key: str, field: str) -> FieldView:
    for prospect in prospects(opened, scope="all"):
        for item in prospect.items:
            if item.rating_key == rating_key:
                return next(view for view in item.fields if view.field == field)
    raise LookupError(rating_key)


@pytest.fixture
def library(stage: SetupStage, opened: Opened) -> tuple[str, str, str]:
    """Items as another tool has left them: with a studio as in Stash, with another one, with a summary of its own."""
    found = linked(opened)
    equal, other = [key for key, views in found.items() if views["studio"].stash and views["genres"].stash][:2]
    unmatched = next(key for key, views in found.items() if not views["summary"].stash and key not in {equal, other})
    leave(stage, equal, set={"studio": found[equal]["studio"].stash}, lock=["studio"])
    leave(stage, other, set={"studio": "An old name", "Genre": ["Left over", "Comedy"]}, lock=["studio", "genre"])
    leave(stage, unmatched, set={"summary": "Written by a tool."}, lock=["summary"])
    return equal, other, unmatched


def test_locked_values_are_counted_by_how_they_stand_to_stash(opened: Opened, library: tuple[str, str, str]) -> None:
    found = by_field(foreign_fields(opened, no_progress))
    studio = found["studio"]
    assert (studio.equal, studio.different, studio.unmatched) == (1, 1, 0)
    assert found["genres"].names >= 1
    assert found["summary"].unmatched == 1
    assert [example.plex for example in studio.examples] == ["An old name"]
    assert "title" not in found


def test_a_locked_value_stays_until_a_person_says_whose_it_is(opened: Opened, library: tuple[str, str, str]) -> None:
    _, other, unmatched = library
    assert view_of(opened, other, "studio").outcome == "kept"
    done = adopt(opened, {Field.STUDIO, Field.SUMMARY}, no_progress, time.time())
    assert (done.values, done.scenes) == (3, 3)
    changed = view_of(opened, other, "studio")
    assert (changed.outcome, changed.code) == ("changes", "update")
    assert view_of(opened, unmatched, "summary").after == ""
    assert view_of(opened, other, "genres").outcome != "in sync"
    left = by_field(foreign_fields(opened, no_progress))
    assert "studio" not in left
    assert "summary" not in left
    assert left["genres"].names >= 1  # nobody said that these are ours


def test_an_adoption_is_taken_back(opened: Opened, library: tuple[str, str, str]) -> None:
    _, other, _ = library
    before = foreign_fields(opened, no_progress)
    done = adopt(opened, set(Field), no_progress, time.time())
    assert foreign_fields(opened, no_progress) == ()
    given = release(opened, done.run)
    assert (given.values, given.written) == (done.values, 0)
    assert foreign_fields(opened, no_progress) == before
    assert view_of(opened, other, "studio").outcome == "kept"
    with pytest.raises(Refused):
        release(opened, done.run)


def test_what_a_sync_has_written_since_is_not_given_back(opened: Opened, library: tuple[str, str, str]) -> None:
    _, other, _ = library
    done = adopt(opened, {Field.STUDIO}, no_progress, time.time())
    record = opened.store.links.of_items([other])[other]
    base = replace(record.base, pushed={**record.base.pushed, Field.STUDIO: "Stash's"})
    opened.store.links.remember(replace(record, base=base))
    given = release(opened, done.run)
    assert (given.values, given.written) == (done.values - 1, 1)
    assert opened.store.links.of_items([other])[other].base.pushed[Field.STUDIO] == "Stash's"


@pytest.mark.parametrize("other_of", ["an id of its own", "the same id in a database of before"])
def test_what_another_scene_left_at_the_item_stays_known(
    opened: Opened, library: tuple[str, str, str], other_of: str
) -> None:
    _, other, _ = library
    adopt(opened, {Field.STUDIO}, no_progress, time.time())
    links = opened.store.links
    record = links.of_items([other])[other]
    base = replace(record.base, pushed={Field.TITLE: "Theirs", Field.STUDIO: "Older"})
    theirs = {"scene_id": 9999} if other_of == "an id of its own" else {"born": "2001-01-01T00:00:00Z"}
    links.remember(replace(record, base=base, **theirs))
    done = adopt(opened, {Field.STUDIO}, no_progress, time.time())
    taken = links.of_items([other])[other]
    assert (taken.scene_id, taken.base.inherited) == (record.scene_id, base.pushed)
    assert taken.base.pushed == {Field.TITLE: "Theirs", Field.STUDIO: "An old name"}
    assert release(opened, done.run).values == done.values
    assert links.of_items([other])[other].base.pushed == base.pushed


def test_nothing_to_take_over_is_no_run(opened: Opened) -> None:
    assert adopt(opened, {Field.LABELS}, no_progress, time.time()).run == 0


def test_the_command_shows_asks_and_undoes(stage: SetupStage, library: tuple[str, str, str]) -> None:
    seen = stage.run("adopt", "--json")
    assert seen.code == 0
    assert {row["field"] for row in seen.document["fields"]} >= {"studio", "genres", "summary"}
    assert seen.document["adopted"] is None
    unsure = stage.run("adopt", "--field", "studio", "--json")
    assert unsure.document["adopted"] is None  # nobody was there to say yes
    done = stage.run("adopt", "--field", "studio", "--yes", "--json").document["adopted"]
    assert done["values"] == 2
    told = stage.run("adopt", "--undo", done["run"])
    assert "2 values are a person's again" in told.out
    assert stage.run("adopt", "--undo", 999).code == 1


CONFIGURE = "mutation($id: ID!, $input: Map!) { configurePlugin(plugin_id: $id, input: $input) }"


@pytest.fixture
def plugins(stage: SetupStage) -> Iterator[SetupStage]:
    yield stage
    for id_ in ("Stash2Plex", "PlexSync"):
        stage.ask_stash(CONFIGURE, id=id_, input={})


def test_other_tools_are_known_by_their_settings(plugins: SetupStage, opened: Opened) -> None:
    assert other_tools(opened) == ()
    plugins.ask_stash(
        CONFIGURE,
        id="Stash2Plex",
        input={"plex_url": "http://192.168.1.5:32400/", "plex_token": "theirs", "plex_library": "Adult, Movies"},
    )
    plugins.ask_stash(
        CONFIGURE, id="PlexSync", input={"plexHost": "nas", "plexToken": "theirs-too", "plexPort": "32400"}
    )
    first, second = other_tools(opened)
    assert (first.name, first.url, first.token, first.libraries, first.is_usable) == (
        "Stash2Plex",
        "http://192.168.1.5:32400",
        "theirs",
        ("Adult", "Movies"),
        True,
    )
    assert (second.name, second.url, second.is_usable) == (COMMUNITY, "https://nas:32400", True)
    assert "theirs" not in repr((first, second))
    shown = other_tools_view(opened)
    assert [(tool.name, tool.is_usable, tool.unread) for tool in shown.tools] == [
        ("Stash2Plex", True, None),
        (COMMUNITY, True, None),
    ]
    assert tool_named(opened, COMMUNITY) == second
    assert shown.tools[0].advice.text.startswith("Stash2Plex is set up in Stash too")
    assert "theirs" not in repr(shown)
    assert "192.168" not in repr(shown)


def test_settings_that_make_no_sense_are_named_and_cost_nothing_else(plugins: SetupStage, opened: Opened) -> None:
    plugins.ask_stash(CONFIGURE, id="Stash2Plex", input={"plex_url": "not an address", "plex_token": ["x"]})
    plugins.ask_stash(CONFIGURE, id="PlexSync", input={"plexHost": "two words", "plexToken": "theirs"})
    first, second = other_tools(opened)
    assert (first.url, first.token, first.is_usable) == ("", "", False)
    assert set(first.unread) == {"plex_url", "plex_token"}
    assert (second.url, second.is_usable) == ("", False)
    told = [str(tool.unread) for tool in other_tools_view(opened).tools]
    assert "Stash2Plex is set up in Stash too, but PlexSync cannot read its settings: plex_token, plex_url." in told[0]
    assert "cannot read its settings: plexHost, plexPort." in told[1]
    assert "not an address" not in "".join(told), "what stands there may be anything"
    with pytest.raises(Refused, match="no_such_tool"):
        tool_named(opened, "Stash2Plex")


def test_a_stranger_is_told_of_settings_that_cannot_be_read(plugins: SetupStage) -> None:
    plugins.ask_stash(CONFIGURE, id="Stash2Plex", input={"plex_url": "two words", "plex_token": {"a": 1}})
    ran = plugins.run("setup", "--step", "sign_in")
    assert "cannot read its settings: plex_token, plex_url" in " ".join(ran.out.split())
    assert "Traceback" not in ran.err


def test_what_was_taken_over_is_written_by_the_agent_and_goes_back_by_undo(
    stage: SetupStage, library: tuple[str, str, str]
) -> None:
    _, other, unmatched = library

    def studio() -> str:
        (item,) = stage.plex.control("GET", f"dump?ids={other}")
        return str(item["studio"])

    def summary() -> str:
        (item,) = stage.plex.control("GET", f"dump?ids={unmatched}")
        return str(item.get("summary", ""))

    agent = subprocess.Popen(command(stage.data, "agent"), env=environment(stage.variables), stderr=subprocess.DEVNULL)
    try:
        run = stage.run("adopt", "--field", "studio", "--field", "summary", "--yes", "--json").document["adopted"][
            "run"
        ]
        until = time.monotonic() + 60
        while studio() == "An old name" or summary():
            assert time.monotonic() < until, stage.run("status").out
            time.sleep(0.2)
        undone = stage.run("undo", run, "--yes")
        assert undone.code == 0, undone
        assert (studio(), summary()) == ("An old name", "Written by a tool.")
    finally:
        agent.terminate()
        agent.wait(20)


def test_a_scene_that_a_brake_holds_is_left_out(opened: Opened, library: tuple[str, str, str]) -> None:
    _, other, _ = library
    adopt(opened, {Field.GENRES}, no_progress, time.time())
    (job,) = opened.store.jobs.claim(9, time.time())
    opened.store.jobs.defer(job, Setback(State.WAITING, "brake", {}, time.time() + 3600), time.time())
    done = adopt(opened, {Field.STUDIO}, no_progress, time.time())
    assert [(one.scenes, "held back for safety" in one.advice.text) for one in done.left_out] == [(1, True)]
    assert done.scenes == 1, "its run is allowed to take away, but nobody has let pass what the brake holds"
    assert view_of(opened, other, "studio").outcome == "kept"
    assert opened.store.jobs.number_held() == 1


def test_a_scene_that_the_feed_has_queued_and_that_would_lose_more_is_left_out(
    opened: Opened, library: tuple[str, str, str]
) -> None:
    _, other, _ = library
    adopt(opened, {Field.GENRES}, no_progress, time.time())
    jobs = opened.store.jobs
    claimed = jobs.claim(9, time.time())
    jobs.finish(claimed, time.time())
    numbers = [job.scene_id for job in claimed]
    jobs.enqueue(numbers, priority=Priority.FRESH, origin="feed", now=time.time(), run_id=0)
    done = adopt(opened, {Field.STUDIO}, no_progress, time.time())
    assert [(one.scenes, "take something else away too" in one.advice.text) for one in done.left_out] == [(1, True)]
    assert view_of(opened, other, "studio").outcome == "kept", "nobody has let pass the genre that goes"
    assert {job.run_id for number in numbers if (job := jobs.get(number)) is not None} == {0}


def test_what_cannot_be_asked_for_is_not_taken_over_either(opened: Opened, library: tuple[str, str, str]) -> None:
    """As where the disk is full by then: else the value would be PlexSync's, and nobody would know."""
    database = opened.store.connection
    database.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON job BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(sqlite3.Error, match="full"):
        adopt(opened, {Field.STUDIO, Field.SUMMARY}, no_progress, time.time())
    database.execute("DROP TRIGGER full")
    done = adopt(opened, {Field.STUDIO, Field.SUMMARY}, no_progress, time.time())
    assert (done.values, done.scenes) == (3, 3)


def test_one_field_after_the_other_is_taken_over(opened: Opened, library: tuple[str, str, str]) -> None:
    _, other, _ = library
    adopt(opened, {Field.GENRES}, no_progress, time.time())
    assert adopt(opened, {Field.STUDIO}, no_progress, time.time()).scenes == 2
    assert view_of(opened, other, "studio").outcome == "changes"


def test_in_a_set_up_nothing_is_queued_and_no_scene_left_out(opened: Opened, library: tuple[str, str, str]) -> None:
    """The preview that follows shows every loss, and the start lets it pass."""
    _, other, _ = library
    choose_fields(opened, {})
    adopt(opened, {Field.GENRES}, no_progress, time.time())
    done = adopt(opened, {Field.STUDIO}, no_progress, time.time())
    assert (done.scenes, done.left_out) == (2, ())
    assert opened.store.rows()["job"] == 0
    assert view_of(opened, other, "studio").outcome == "changes"
    assert [dict(run.fields) for run in adoptions(opened).runs] == [{"studio": 2}, {"genres": 1}]


def test_a_set_up_takes_over_the_fields_that_are_named(stage: SetupStage, library: tuple[str, str, str]) -> None:
    ran = stage.run("setup", "--library", "Movies", "--library", "Shorts, Clips & Más", "--adopt", "studio", "--json")
    assert ran.code == 0, ran
    assert {row["field"] for row in ran.document["foreign"]} >= {"studio", "genres", "summary"}
    run = ran.document["adopted"]["run"]
    assert ran.document["adopted"]["values"] == 2
    assert ran.document["preview"]["kept"] > 0, "the other fields stay as they are"
    steps = {step["step"]: step["answer"] for step in ran.document["setup"]["steps"]}
    assert steps["taking_over"] == "studio"
    assert stage.run("adopt", "--json").document["runs"][0]["fields"] == [["studio", 2]]
    assert stage.run("adopt", "--undo", run, "--json").document["values"] == 2
    assert stage.run("adopt", "--json").document["runs"] == []


def test_a_person_at_a_terminal_names_the_fields_that_follow_stash(
    stage: SetupStage, library: tuple[str, str, str]
) -> None:
    stage.run("setup", "--library", "Movies", "--library", "Shorts, Clips & Más", "--json")
    terminal = Terminal(stage, "--step", "taking_over")
    terminal.read(r"1 +1 +0 +An old name")
    terminal.read(r"Enter to leave them all")
    terminal.type("colour\n")
    terminal.read(r"colour is none of them: ")
    terminal.type("studio, Summary\n")
    terminal.read(r"3 values of 3 scenes are PlexSync's now")
    terminal.read(r"Start: write to \d+ items")
    terminal.type("n\n")
    assert terminal.end() == 0

"""The set-up's preview on the page: a process of its own makes it, and it counts as long as it fits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from setup_stage import MACHINE, SERVER_TOKEN, SetupStage, setup_stage

from plexsync.domain.model import Field, Policy
from plexsync.domain.standing.phrase import spoken
from plexsync.runtime.sync_state import setup_of
from plexsync.stash_plugin.operations import catalogue
from plexsync.stash_plugin.operations.operation import PageRequest
from plexsync.stash_plugin.resident import preview_main
from plexsync.store.files.settings_file import SettingsFile
from plexsync.store.person.set_up import SetupStep
from plexsync.usecases.adopt.adopting import adoptions, release
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.preview.show import cancel_preview, preview_state
from plexsync.usecases.refusal import Refused
from plexsync.usecases.setup.fields import choose_fields
from plexsync.usecases.setup.folders import choose_folders
from plexsync.usecases.setup.found import SetupPreview, seen_preview, setup_preview
from plexsync.usecases.setup.kept_preview import FRESH_SECONDS, start_setup_preview
from plexsync.usecases.setup.libraries import choose_libraries
from plexsync.usecases.setup.steps import leave_locked, setup_view
from plexsync.usecases.setup.survey import survey

LIBRARIES = ["Movies", "Shorts, Clips & Más"]


@pytest.fixture(scope="module")
def servers() -> Iterator[SetupStage]:
    with setup_stage(20) as running:
        yield running


@pytest.fixture
def opened(servers: SetupStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """All steps before the preview have an answer but "taking over"."""
    servers.begin(tmp_path / "data", monkeypatch)
    values = {"plex_url": servers.plex.url, "plex_token": SERVER_TOKEN, "plex_server": MACHINE}
    SettingsFile(servers.data).set_all(values)
    with open_data(servers.data) as found:
        choose_libraries(found, LIBRARIES)
        choose_folders(found, None)
        choose_fields(found, {})
        yield found


def ask(opened: Opened, after: float = 0.0, *, anew: bool = False, adopted: tuple[str, ...] = ()) -> SetupPreview:
    """Ask for it so many seconds from now; the process that would make it finds no plugin."""
    return start_setup_preview(opened, opened.folder, time.time() + after, anew=anew, adopted=adopted)


def locked_losses(found: SetupPreview) -> int:
    """Count the studios that would be overwritten and may be a person's."""
    return sum(loss.locked for loss in found.losses if loss.field == "studio")


def make(opened: Opened) -> SetupPreview:
    assert preview_main([str(opened.folder)]) == 0
    return setup_preview(opened.folder, time.time())


def shown(opened: Opened, *, seen: bool) -> SetupPreview:
    """Ask how it stands as the page does."""
    answer = catalogue.load("setup_preview").ask(PageRequest(opened.folder, opened.folder, time.time, {"seen": seen}))
    assert isinstance(answer, SetupPreview)
    return answer


def test_it_is_made_apart_says_how_far_it_is_and_can_be_stopped(opened: Opened) -> None:
    folder = opened.folder
    assert setup_preview(folder, time.time()).state == "none"
    assert ask(opened).state == "starting"
    found, told = make(opened), survey(opened, lambda _done, _total: None)
    assert (found.state, found.items, found.changing) == ("done", told.preview.items, told.preview.changing)
    assert (found.kept, found.losses, found.foreign) == (told.preview.kept, told.preview.losses, told.foreign)
    assert {row.scene_id for row in found.samples} <= {one.scene_id for one in told.preview.samples}
    assert spoken(found.rest, 0.0).startswith("Scenes that are left alone: ")
    assert sum(phrase.number or 0 for phrase in found.rest) == sum(number for _, number in told.preview.doubts)
    assert preview_state(folder, time.time()).state == "none", "it is no preview of a reconcile"

    ask(opened, anew=True)
    cancel_preview(folder, time.time())
    assert preview_main([str(folder)]) != 0
    stopped = setup_preview(folder, time.time())
    assert (stopped.state, stopped.items, stopped.trouble is not None) == ("cancelled", 0, True)


def test_a_person_who_sees_it_may_start_and_nobody_else(opened: Opened) -> None:
    leave_locked(opened)
    ask(opened)
    make(opened)
    assert shown(opened, seen=False).state == "done"
    assert setup_view(opened).step == "preview"
    assert shown(opened, seen=True).state == "done"
    assert setup_view(opened).step == "start"


def test_one_that_still_fits_is_not_made_again(opened: Opened) -> None:
    ask(opened)
    made = make(opened)
    assert ask(opened) == made
    assert ask(opened, FRESH_SECONDS).state == "starting"
    made = make(opened)
    assert ask(opened, anew=True).state == "starting"
    make(opened)
    choose_fields(opened, {Field.GENRES: Policy.MIRROR})
    assert ask(opened).state == "starting"
    with pytest.raises(Refused, match="preview_runs"):
        ask(opened, adopted=("studio",))


def test_fields_are_taken_over_before_it_and_what_is_given_back_makes_it_unfit(
    opened: Opened, servers: SetupStage
) -> None:
    ask(opened)
    change = next(row for row in make(opened).samples if row.field == "studio")
    servers.plex.control("POST", f"items/{change.rating_key}", {"set": {"studio": "An old name"}, "lock": ["studio"]})
    ask(opened, anew=True)
    before = make(opened)
    (studio,) = (row for row in before.foreign if row.field == "studio")
    assert (studio.different, studio.examples[0].plex) == (1, "An old name")
    choose_fields(opened, {Field.STUDIO: Policy.STASH})
    ask(opened)
    assert locked_losses(make(opened)) == 1, "the rule takes what may be a person's"
    choose_fields(opened, {Field.STUDIO: Policy.MERGE})
    leave_locked(opened)
    seen_preview(opened.folder, time.time())

    ask(opened, adopted=("studio",))
    after = make(opened)
    assert after.adopted is not None
    assert (after.adopted.values, after.adopted.left_out) == (1, ())
    assert after.kept == before.kept - 1
    assert locked_losses(after) == 0, "a person has said that it is no person's"
    assert "studio" not in {row.field for row in after.foreign}
    assert setup_view(opened).step == "preview", "what was seen is not what would be written"
    (run,) = adoptions(opened).runs
    assert (run.run, run.fields) == (after.adopted.run, (("studio", 1),))
    assert ask(opened) == after
    release(opened, run.run)
    assert ask(opened).state == "starting"
    assert make(opened).foreign == before.foreign


def test_a_library_that_vanishes_meanwhile_is_said_and_asked_for_anew(opened: Opened) -> None:
    leave_locked(opened)
    SettingsFile(opened.folder).set("plex_libraries", "Gone")
    opened.context.reread(opened.store)
    ask(opened)
    assert preview_main([str(opened.folder)]) != 0
    failed = setup_preview(opened.folder, time.time())
    assert failed.trouble is not None
    assert "no movie library named Gone" in failed.trouble.text
    assert setup_view(opened).step == "libraries"
    choose_libraries(opened, LIBRARIES)
    assert setup_of(opened.store).answered[-1] is SetupStep.LIBRARIES
    assert ask(opened).state == "starting"


def test_a_server_that_goes_away_is_said_until_a_person_tries_again(opened: Opened, servers: SetupStage) -> None:
    ask(opened)
    servers.plex.control("POST", "down", {"seconds": 600})
    try:
        assert preview_main([str(opened.folder)]) != 0
    finally:
        servers.plex.control("POST", "down", {"seconds": 0})
    failed = setup_preview(opened.folder, time.time())
    assert failed.trouble is not None
    assert "Plex" in failed.trouble.text
    assert ask(opened).state == "starting"

"""A restore some time after a crash puts back what the probe wrote, and nothing that somebody has changed since."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from command_line import plexsync
from probe_stage import ITEM, LIBRARY, ProbeStage, probe_stage

from plexsync.plex.client import encoded
from plexsync.plex.exchange import Ask
from plexsync.store.files.probe_journal import ProbeJournal
from plexsync.usecases.probe.picking import pick
from plexsync.usecases.probe.question import Inquiry
from plexsync.usecases.probe.run import Conduct, with_item
from plexsync_simulators.shared.json_type import Json


class Cut(BaseException):
    """The process is gone: nothing is put back any more."""


def cut_after(stage: ProbeStage, move: str) -> None:
    """Let a probe end as by a kill, with the request after a move never sent."""
    seen = False

    def heed(inquiry: Inquiry) -> None:
        nonlocal seen
        if seen:
            raise Cut
        seen = inquiry.name == move

    with pytest.raises(Cut):
        with_item(stage.opened, pick(stage.opened, f"plex:{ITEM}"), Conduct(stage.clock, heed, 0.0))
    assert ProbeJournal(stage.data).path.exists()


def change(stage: ProbeStage, **values: Any) -> None:
    stage.plex.control("POST", f"items/{ITEM}", {"set": values})


def item(stage: ProbeStage) -> Json:
    rows: list[Json] = stage.dump()["sections"][0]["items"]
    (found,) = (row for row in rows if str(row["ratingKey"]) == ITEM)
    return found


def names(stage: ProbeStage, of: str) -> list[str]:
    return [one["tag"] if isinstance(one, dict) else one for one in item(stage)[of]]


def test_what_somebody_has_changed_since_stays_and_is_named(tmp_path: Path) -> None:
    with probe_stage(tmp_path) as stage:
        before = item(stage)
        cut_after(stage, "text.value")
        change(stage, studio="My studio", Director=["My director"])
        assert set(stage.restore().changed) == {"studio", "director"}
        assert item(stage)["studio"] == "My studio"
        assert names(stage, "Director") == ["My director"]
        assert item(stage)["summary"] == before["summary"]
        assert not ProbeJournal(stage.data).path.exists()


def test_a_field_that_the_probe_wrote_and_somebody_rewrote_is_theirs(tmp_path: Path) -> None:
    with probe_stage(tmp_path) as stage:
        cut_after(stage, "text.value")
        told = {"type": "1", "id": ITEM, "summary.value": "My own words.", "summary.locked": "1"}
        stage.target.client.exchange(Ask("PUT", "/library/sections/1/all", encoded(told)))
        assert set(stage.restore().changed) == {"summary", "summary.locked"}
        assert item(stage)["summary"] == "My own words."


def test_a_field_that_was_put_back_before_the_crash_is_not_taken_for_the_probes(tmp_path: Path) -> None:
    """The probe had emptied the summary, and put it back; somebody empties it later."""
    with probe_stage(tmp_path) as stage:
        cut_after(stage, "date.value")
        change(stage, summary="")
        assert stage.restore().changed == ("summary",)
        assert item(stage)["summary"] == ""
        assert item(stage)["originallyAvailableAt"] == "2001-02-12"


def test_a_name_that_somebody_added_stays_and_the_probes_names_go(tmp_path: Path) -> None:
    with probe_stage(tmp_path) as stage:
        cut_after(stage, "names.add")
        change(stage, Genre=["Drama", "Comedy", "Agent's, own", "PlexSync probe A", "PlexSync probe B", "Mine"])
        assert stage.restore().changed == ("genre",)
        assert names(stage, "Genre") == ["Drama", "Comedy", "Agent's, own", "Mine"]


@pytest.mark.parametrize("agrees", [True, False])
def test_where_nobody_can_tell_who_changed_a_part_it_asks(tmp_path: Path, agrees: bool) -> None:
    with probe_stage(tmp_path) as stage:
        cut_after(stage, "names.add")
        change(stage, Genre=["Drama", "PlexSync probe A", "PlexSync probe B"])
        asked: list[Sequence[str]] = []

        def agree(parts: Sequence[str]) -> bool:
            asked.append(parts)
            return agrees

        assert stage.restore(agree).changed == (() if agrees else ("genre",))
        assert asked == [("genre",)]
        assert sorted(names(stage, "Genre")) == (["Agent's, own", "Comedy", "Drama"] if agrees else ["Drama"])


def test_the_command_names_the_item_and_what_stays(tmp_path: Path) -> None:
    with probe_stage(tmp_path) as stage:
        cut_after(stage, "names.add")
        change(stage, studio="My studio", Genre=["Drama", "PlexSync probe A"])
        unanswered = plexsync(stage.data, "probe", "--restore")
        assert unanswered.code == 2
        assert "Give --yes as well." in unanswered.err
        ran = plexsync(stage.data, "probe", "--restore", "--yes")
        assert ran.code == 0
        assert "“Film 102” (102)" in ran.out
        assert "studio" in ran.out
        assert len(names(stage, "Genre")) == 3


@pytest.mark.parametrize("option", [("--save", "plex.json"), ("--listen", "40")])
def test_options_that_do_nothing_with_a_restore_are_refused(tmp_path: Path, option: tuple[str, str]) -> None:
    ran = plexsync(tmp_path, "probe", "--restore", *option)
    assert ran.code == 2
    assert f"{option[0]} cannot be given with --restore" in ran.err


@pytest.mark.slow
def test_without_a_terminal_it_tells_now_and_then_how_far_it_is(tmp_path: Path) -> None:
    with probe_stage(tmp_path) as stage:
        ran = plexsync(stage.data, "probe", "--read-only", "--listen", "12")
        assert ran.code == 0
        assert "requests so far, of at most 120." in ran.err


def shuffled(stage: ProbeStage, of: str) -> list[str]:
    """Have a probe cut off while the list stands in another order than before; returns the order of before."""
    before = names(stage, of)
    cut_after(stage, "text.value")
    change(stage, **{of: []})
    change(stage, **{of: item_list(of, before[::-1])})
    assert names(stage, of) == before[::-1] != before
    return before


def item_list(of: str, wanted: list[str]) -> list[Any]:
    rows = next(row for row in LIBRARY["sections"][0]["items"] if row["ratingKey"] == ITEM)[of]
    known = {one["tag"] if isinstance(one, dict) else one: one for one in rows}
    return [known[name] for name in wanted]


@pytest.mark.parametrize("of", ["Genre", "Role"])
@pytest.mark.parametrize("switches", [{}, {"tag_semantics": "replace"}, {"adding": "doubled"}, {"removals": "plain"}])
def test_the_order_of_names_comes_back(tmp_path: Path, of: str, switches: Json) -> None:
    with probe_stage(tmp_path) as stage:
        before, whole = shuffled(stage, of), item(stage)
        stage.plex.control("POST", "switches", switches)
        assert stage.restore().reordered == ()
        assert names(stage, of) == before
        assert sorted(map(str, item(stage)[of])) == sorted(map(str, whole[of])), "roles and photos are as before"


def test_an_order_that_plex_does_not_keep_is_told(tmp_path: Path) -> None:
    with probe_stage(tmp_path) as stage:
        before = shuffled(stage, "Genre")
        stage.plex.control("POST", "switches", {"tag_order": "sorted"})
        ran = plexsync(stage.data, "probe", "--restore", "--yes")
        assert ran.code == 0
        assert "not as before: order of genre" in ran.out
        assert sorted(names(stage, "Genre")) == names(stage, "Genre") != before
        assert set(names(stage, "Genre")) == set(before)
        assert not ProbeJournal(stage.data).path.exists()

"""A setting that is changed and changed back, with edits in between, leaves what it would have left unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from inside import Inside, inside, item, scene, small_world

from plexsync.domain.settings import SETTINGS
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import World

TEXTS = ("title", "sort_title", "summary", "date", "studio", "rating")
LISTS = ("actors", "genres", "directors", "collections", "labels")
SHOWN_LISTS = ("Role", "Genre", "Director", "Collection", "Label")
OTHER: dict[str, list[str]] = {
    "plex_libraries": ["Clips", "Movies; Clips"],
    "path_map": ["/data => /elsewhere", "/data => /media; /more => /media/more"],
    "dry_run": ["true"],
    "paused": ["true"],
    "leave_unlocked": ["true"],
    "no_plex_scan": ["true"],
    "collection_sources": ["studio", "groups; studio"],
    "orphan_policy": ["clear"],
    "shared_items": ["first"],
    "brake_percent": ["1"],
    "brake_items": ["0"],
    "label_all": ["From Stash"],
    "label_organized": ["Tidy"],
    "exclude_tags": ["Red; Blue"],
    "image_poster": ["off"],
    "image_art": ["on"],
    "parallel_writes": ["4"],
    "max_attempts": ["1"],
    **{
        f"policy_{of}": ["off", "fill", "stash"]
        for of in ("title", "sort_title", "summary", "date", "studio", "rating")
    },
    **{f"policy_{of}": ["off", "fill", "mirror"] for of in LISTS},
}
"""The other value of each setting."""

LEFT_OUT = {
    "plex_url", "plex_token", "plex_certificate", "plex_server", "plex_account_token",  # other servers
    "stash_url", "stash_api_key", "stash_certificate",
    "reconcile_interval", "reconcile_scope", "reconcile_from", "reconcile_to", "no_startup_reconcile",  # when, not what
    "connect_timeout", "read_timeout", "poll_seconds", "history_days", "log_level",  # how, not what
    "actor_photos", "photo_url",  # a photo that Plex has stays
}  # fmt: skip

EDITS: dict[str, Json] = {
    "title": {"title": "Another title"},
    "no details": {"details": ""},
    "details": {"details": "Other words."},
    "tags": {"tag_ids": ["2", "3"]},
    "no tags": {"tag_ids": []},
    "performers": {"performer_ids": ["2"]},
    "no date": {"date": None},
    "rating": {"rating100": 40},
    "studio": {"studio_id": "2"},
}
NAMES = ("a.mp4", "b.mp4")
cases = st.sampled_from([(key, value) for key, values in OTHER.items() for value in values])
edits = st.lists(st.tuples(st.sampled_from(["1", "2"]), st.sampled_from(sorted(EDITS))), max_size=4)


def made() -> World:
    named: dict[str, list[Json]] = {
        kind: [{"id": str(number), "name": name} for number, name in enumerate(names, 1)]
        for kind, names in {
            "tags": ("Red", "Blue", "Green"),
            "performers": ("Ann", "Ben"),
            "studios": ("North", "South"),
            "groups": ("Set",),
        }.items()
    }
    full = {
        "details": "Words.",
        "date": "2020-02-03",
        "rating100": 60,
        "studio_id": "1",
        "performer_ids": ["1"],
        "tag_ids": ["1", "2"],
        "group_ids": [["1", None]],
        "organized": True,
    }
    world = small_world(
        *(scene(number, name, **full) for number, name in enumerate(NAMES, 1)),
        items=[item(one) for one in NAMES],
        **named,
    )
    movies = world.plex["sections"][0]
    world.plex["sections"].append({**movies, "key": "2", "title": "Clips", "items": [item(one) for one in NAMES]})
    return world


def settled(stage: Inside) -> None:
    """The work of an agent after changed settings: compare, and work until nothing is left."""
    stage.poll()
    stage.work()
    stage.reconcile(allowed=True)
    stage.later += 3600
    stage.work()


def shown(stage: Inside) -> list[Json]:
    """The metadata of the chosen library's items, with their locks."""
    (movies,) = [section for section in stage.plex.control("GET", "dump")["sections"] if section["title"] == "Movies"]
    kept = ("title", "titleSort", "summary", "originallyAvailableAt", "studio", "userRating", "locked")
    rows = []
    for one in movies["items"]:
        lists = {name: sorted(_name(tag) for tag in one[name]) for name in SHOWN_LISTS}
        rows.append({name: one.get(name) for name in kept} | lists)
    return sorted(rows, key=lambda row: str(row["title"]))


def _name(tag: Any) -> str:
    return str(tag["tag"] if isinstance(tag, dict) else tag)


def left(key: str, value: str, before: Sequence[tuple[str, str]], between: Sequence[tuple[str, str]]) -> Any:
    """Return Plex as it is at the end; without a key nothing was changed."""
    usual = {"plex_libraries": "Movies", "path_map": "/data => /media"}
    with inside(made()) as stage:
        stage.reload(**usual)
        stage.sync()
        for number, edit in before:
            stage.edit_scene(number, **EDITS[edit])
        if key:
            stage.reload(**{**usual, key: value})
        settled(stage)
        for number, edit in between:
            stage.edit_scene(number, **EDITS[edit])
        settled(stage)
        if key:
            stage.reload(**usual)
            settled(stage)
        settled(stage)
        return shown(stage)


def test_every_setting_is_tried_or_left_out_for_a_reason() -> None:
    assert OTHER.keys() | LEFT_OUT == {one.key for one in SETTINGS}


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(cases, edits, edits)
def test_changed_and_changed_back(
    case: tuple[str, str], before: list[tuple[str, str]], between: list[tuple[str, str]]
) -> None:
    assert left(*case, before, between) == left("", "", before, between)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in OTHER.items() for value in values])
def test_each_setting_with_one_edit_meanwhile(key: str, value: str) -> None:
    between = [("1", "title"), ("1", "no tags"), ("2", "details"), ("2", "tags")]
    assert left(key, value, [], between) == left("", "", [], between)

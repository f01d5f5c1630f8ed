"""The settings as the page shows, tries and changes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from plexsync.domain.errors import BadSetting, NoSuchSetting
from plexsync.domain.model import Field, ListedItem, Part
from plexsync.domain.settings import MASK, SETTINGS
from plexsync.domain.settings.groups import GROUPS
from plexsync.store import Store
from plexsync.store.files.settings_file import SettingsFile
from plexsync.store.files.stash_files import StashFiles
from plexsync.store.state import PATH_MAP, KeptPathMap
from plexsync.usecases.refusal import Refused
from plexsync.usecases.settings.changes import change, judge, take_over
from plexsync.usecases.settings.page import SettingView, settings_view
from plexsync.usecases.settings.path_map import try_path_map


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path)) as store:
        yield store


def row(folder: Path, key: str) -> SettingView:
    return next(one for section in settings_view(folder).sections for one in section.rows if one.key == key)


def test_every_setting_is_in_one_group() -> None:
    keys = [key for group in GROUPS for key in group.keys]
    assert sorted(keys) == sorted(setting.key for setting in SETTINGS)
    assert [group.title for group in GROUPS[:3]] == ["Connection", "Libraries", "Folders"]
    assert GROUPS[-1].title == "Expert"


def test_each_row_says_how_it_is_entered(store: Store) -> None:
    inputs = {key: row(store.folder, key).input for key in ("plex_url", "plex_token", "paused", "brake_items")}
    assert inputs == {"plex_url": "text", "plex_token": "secret", "paused": "switch", "brake_items": "number"}
    shaped = ("policy_title", "collection_sources", "exclude_tags", "path_map")
    assert [row(store.folder, key).input for key in shaped] == ["choice", "choices", "names", "path_map"]
    words = {of: [one.word for one in row(store.folder, f"policy_{of}").choices] for of in ("title", "genres")}
    assert words == {"title": ["merge", "stash", "fill", "off"], "genres": ["merge", "stash", "mirror", "fill", "off"]}
    brake = row(store.folder, "brake_percent")
    assert (brake.least, brake.most, brake.unit, brake.default, brake.value) == (1, 100, "% of all items", "30", "")


def test_it_is_called_as_people_call_it(store: Store) -> None:
    rule = row(store.folder, "policy_sort_title")
    assert (rule.name, rule.help) == ("Sort title", "Stash fills and updates. A value typed in Plex stays.")
    assert [one.name for one in rule.choices][-1] == "Leave alone"
    assert row(store.folder, "label_all").help.endswith("Plex needs a Plex Pass for labels.")
    for section in settings_view(store.folder).sections:
        for one in section.rows:
            assert "Not set" not in one.help
            assert "`" not in one.help


def test_each_value_says_where_it_is_from(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = store.folder
    StashFiles(folder).keep_page({"policy_genres": "off", "plex_token": "stash-secret"})
    SettingsFile(folder).set("policy_title", "stash")
    monkeypatch.setenv("PLEXSYNC_POLICY_STUDIO", "fill")
    shown = {key: row(folder, key) for key in ("policy_genres", "policy_title", "policy_studio", "policy_date")}
    origins = [one.origin for one in shown.values()]
    assert origins == ["stash", "file", "environment", "default"]
    assert shown["policy_studio"].variable == "PLEXSYNC_POLICY_STUDIO"
    token = row(folder, "plex_token")
    assert (token.value, token.origin) == (MASK, "stash")


def test_a_value_that_is_left_out_says_why(store: Store) -> None:
    StashFiles(store.folder).keep_page({"brake_percent": 400})
    shown = row(store.folder, "brake_percent")
    assert shown.origin == "default"
    assert shown.problem is not None
    assert "from 1 to 100" in str(shown.problem)


def test_a_value_is_tried_as_one_types(store: Store) -> None:
    assert judge(store.folder, "brake_percent", "5").is_fine
    wrong = judge(store.folder, "brake_percent", "500")
    assert not wrong.is_fine
    assert wrong.text == "It has to be a number of percent from 1 to 100."
    assert judge(store.folder, "plex_url", "").is_fine, "nothing is a value too: it takes it out"
    with pytest.raises(NoSuchSetting):
        judge(store.folder, "plex_tokn", "x")


def test_a_share_says_how_many_items_it_is_here(store: Store) -> None:
    store.connection.executemany(
        """INSERT INTO link (scene_id, rating_key, section_id, base, fingerprint, item_updated_at, images, synced_at)
           VALUES (?, ?, '1', '{}', '', 0, '{}', 0)""",
        [(number, str(number)) for number in range(1, 201)],
    )
    assert judge(store.folder, "brake_percent", "30").meaning == "Of your 200 items: 60."
    assert row(store.folder, "brake_percent").meaning == "Of your 200 items: 60."


def test_a_value_is_kept_and_put_back(store: Store) -> None:
    changed = change(store.folder, "policy_title", "stash")
    assert (changed.value, changed.origin) == ("stash", "file")
    put_back = change(store.folder, "policy_title", "")
    assert (put_back.value, put_back.origin, put_back.default) == ("", "default", "merge")
    with pytest.raises(BadSetting):
        change(store.folder, "policy_title", "sometimes")


def test_what_the_environment_holds_is_not_changed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLEXSYNC_PAUSED", "true")
    with pytest.raises(Refused) as refused:
        change(store.folder, "paused", "false")
    assert "PLEXSYNC_PAUSED" in str(refused.value.advice)
    assert not (store.folder / "settings.toml").exists()


def test_a_value_of_stash_is_taken_over_secrets_too(store: Store) -> None:
    page = {"plex_token": "stash-secret", "path_map": "/data => /media; /new => D:\\new"}
    StashFiles(store.folder).keep_page(page)
    assert take_over(store.folder, "plex_token").origin == "file"
    assert take_over(store.folder, "path_map").value == page["path_map"]
    kept = SettingsFile(store.folder).read()
    assert (kept["plex_token"], kept["path_map"]) == ("stash-secret", page["path_map"])


def test_each_field_has_an_example_from_the_library(store: Store) -> None:
    store.connection.execute(
        """INSERT INTO journal (attempt, run_id, at, scene_id, rating_key, section_id, field, before, after, why, state)
           VALUES (1, 0, 5, 17, '9', '1', 'genres', ?, ?, 'list_merge', 'written')""",
        (json.dumps(["a"]), json.dumps(["a", "b"])),
    )
    store.connection.execute(
        "INSERT INTO scene (id, title, created_at, updated_at, content, columns) VALUES (17, ?, '', '', '', '')",
        ("A" * 300,),
    )
    example = row(store.folder, "policy_genres").example
    assert example is not None
    assert (example.scene_id, example.before, example.after) == (17, "a", "a, b")
    assert 20 < len(example.title) <= 60
    assert row(store.folder, "policy_title").example is None
    assert {f"policy_{of.value}" for of in Field} <= {one.key for one in SETTINGS}


STASH_FILES = {1: "/data/a.mp4", 2: "/data/b.mp4", 3: "/new/c.mp4", 4: "/alone/d.mp4"}
PLEX_FILES = ["/media/a.mp4", "/media/b.mp4", "/mnt/new/c.mp4", "/media/strange.mp4"]


@pytest.fixture
def files(store: Store) -> Store:
    """Two folders of Stash that Plex sees elsewhere, a file of each side that the other has not."""
    store.connection.executemany(
        "INSERT INTO scene_file (scene_id, position, path, path_key, size) VALUES (?, 0, ?, '', ?)",
        [(scene, path, 1000 + scene) for scene, path in STASH_FILES.items()],
    )
    listed = [
        ListedItem(str(number), "1", path, 1, 1, (Part(path, 1000 + number),))
        for number, path in enumerate(PLEX_FILES, 1)
    ]
    store.library.put(listed, 1)
    return store


def test_a_path_map_is_tried_in_both_directions(files: Store) -> None:
    found = try_path_map(files.folder, "/data => /media; /new => D:\\new")
    assert [(rule.stash, rule.plex, rule.found, rule.files) for rule in found.files.rules] == [
        ("/data", "/media", 2, 2),
        ("/new", "D:\\new", 0, 1),
    ]
    assert (found.files.found, found.stash_files, found.files.left_in_plex.files, found.plex_files) == (2, 4, 2, 4)
    lost = {one.path: one for one in found.files.from_stash if not one.found}
    assert (lost["/new/c.mp4"].other, lost["/new/c.mp4"].instead) == ("D:\\new\\c.mp4", "/mnt/new/c.mp4")
    assert lost["/alone/d.mp4"].other == ""
    assert {one.path: one.instead for one in found.files.from_plex if not one.found} == {
        "/mnt/new/c.mp4": "/new/c.mp4",
        "/media/strange.mp4": "",
    }


def test_what_was_found_out_is_tried_where_nothing_is_set(files: Store) -> None:
    kept = KeptPathMap((("/data", "/media"),), "inferred", {"/data => /media": 2}, keyed=True)
    files.state.put(PATH_MAP, kept)
    found = try_path_map(files.folder, None)
    assert (found.origin, found.files.rules[0].found) == ("found_out", 2)
    assert try_path_map(files.folder, "/data => /media").origin == "set"
    files.state.put(PATH_MAP, KeptPathMap((), "inferred", {}, keyed=True))
    assert try_path_map(files.folder, None).origin == "none"


def test_a_path_map_that_is_none_is_refused(files: Store) -> None:
    with pytest.raises(BadSetting):
        try_path_map(files.folder, "/data /media")

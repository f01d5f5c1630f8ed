"""Why, dry run and check against both simulated servers: they explain everything and change nothing."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from task_menu import TOKEN, Menu, open_menu

from plexsync.domain.model import Verdict
from plexsync.store import Store
from plexsync.usecases.dry_run.sync import prospects
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.why import Explanation, why

SCENES = 160
SAVE = "mutation Save($input: SceneUpdateInput!) { sceneUpdate(input: $input) { id } }"


@pytest.fixture(scope="module")
def menu(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Menu]:
    """Both servers without an agent; nobody has synced yet."""

    def install(folder: Path) -> None:
        with zipfile.ZipFile(built / "StashPlexSync.zip") as archive:
            archive.extractall(folder)

    with open_menu(tmp_path_factory.mktemp("explained"), install, scenes=SCENES) as opened:
        opened.configure(stash_url=opened.stash.url)
        yield opened


@pytest.fixture
def opened(menu: Menu) -> Iterator[Opened]:
    with open_data(menu.data, {}) as data:
        yield data


def unlinked(menu: Menu, verdict: Verdict) -> int:
    """Return a scene that ought to get this verdict."""
    if verdict is Verdict.AMBIGUOUS:
        return int(menu.world.ambiguous[0][0])
    ambiguous = {scene for pair in menu.world.ambiguous for scene in pair}
    lost = [scene for scene, paths in menu.world.belongs.items() if not paths and scene not in ambiguous]
    has_files = {scene["id"]: bool(scene["files"]) for scene in menu.world.stash["scenes"]}
    return next(int(scene) for scene in lost if has_files[scene] == (verdict is Verdict.MISSING))


def linked(menu: Menu) -> int:
    """Return a scene with one item, a title and a studio."""
    return next(
        int(scene["id"])
        for scene in menu.world.stash["scenes"]
        if scene["title"].strip() and scene["studio_id"] and len(menu.world.belongs.get(scene["id"], ())) == 1
    )


def field(shown: Explanation, name: str) -> Any:
    (item,) = shown.items
    return next(view for view in item.fields if view.field == name)


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of the tables that reading must not touch."""
    tables = ("job", "scene", "link", "plex_item", "plex_file", "journal", "run", "command")
    return {table: [tuple(row) for row in store.connection.execute(f"SELECT * FROM {table}")] for table in tables}


def test_a_dry_run_says_all_and_changes_nothing(menu: Menu, opened: Opened) -> None:
    before = everything(opened.store)
    menu.plex.control("POST", "reset_counters")
    found = {one.scene_id: one for one in prospects(opened, scope="all")}
    assert len(found) == SCENES
    ambiguous = {scene for pair in menu.world.ambiguous for scene in pair}
    for scene, paths in menu.world.belongs.items():
        assert (found[int(scene)].verdict == Verdict.LINKED.value) == bool(paths), found[int(scene)]
    assert {found[int(scene)].verdict for scene in ambiguous} == {Verdict.AMBIGUOUS.value}
    assert sum(one.number("changes") for one in found.values()) > SCENES
    assert everything(opened.store) == before
    assert set(menu.plex.control("GET", "requests?counts=1")["methods"]) == {"GET"}


def test_a_dry_run_of_chosen_scenes(menu: Menu, opened: Opened) -> None:
    assert [one.scene_id for one in prospects(opened, scope="scenes", scenes=[5, 3, 999_999, 5])] == [5, 3]


def test_why_before_the_first_sync(menu: Menu, opened: Opened) -> None:
    scene = linked(menu)
    shown = why(opened, scene)
    assert shown.verdict == "linked"
    assert shown.trouble is None
    assert not shown.in_sync
    assert shown.files[0].mapped.startswith(("/media/", "/mnt/nas/films/"))
    title = field(shown, "title")
    assert (title.outcome, title.code, title.pushed) == ("changes", "overwrite_unlocked", "")
    assert title.after == title.stash != title.plex
    assert (field(shown, "labels").outcome, field(shown, "labels").code) == ("off", "off")
    assert shown.job is None
    assert json.loads(json.dumps(shown.to_json()))["verdict"] == "linked"


@pytest.mark.parametrize(
    ("verdict", "code", "words"),
    [
        (Verdict.MISSING, "file_missing", "Let Plex scan"),
        (Verdict.NO_FILE, "no_file", "no video file"),
        (Verdict.AMBIGUOUS, "item_shared", "Split Apart"),
    ],
)
def test_why_not(menu: Menu, opened: Opened, verdict: Verdict, code: str, words: str) -> None:
    shown = why(opened, unlinked(menu, verdict))
    assert (shown.verdict, shown.items) == (verdict.value, ())
    assert words in " ".join(str(advice) for of, advice in shown.reasons if of == code)


def test_why_not_with_a_path_map_that_leads_elsewhere(menu: Menu) -> None:
    with open_data(menu.data, {"PLEXSYNC_PATH_MAP": "/nowhere => /media"}) as opened:
        shown = why(opened, linked(menu))
    assert shown.verdict == Verdict.UNMAPPED.value
    assert [code for code, _ in shown.reasons] == ["file_unmapped"]


def test_why_of_no_scene(opened: Opened) -> None:
    shown = why(opened, 999_999)
    assert shown.trouble is not None
    assert "no scene 999999" in shown.trouble.text


def test_why_while_plex_is_away(menu: Menu, opened: Opened) -> None:
    menu.plex.control("POST", "down", {"seconds": 60})
    shown = why(opened, linked(menu))
    menu.plex.control("POST", "down", {"seconds": 0})
    assert shown.title
    assert shown.verdict == ""
    assert shown.trouble is not None
    assert "Plex" in shown.trouble.text
    assert "hangs up before it has answered" in shown.trouble.text or "does not answer" in shown.trouble.text
    assert TOKEN not in repr(shown)


def test_why_after_a_sync_and_a_persons_edit(menu: Menu) -> None:
    scene = linked(menu)
    with open_data(menu.data, {}) as opened:
        before = why(opened, scene)
    menu.run("Sync All Scenes")
    menu.run("Process Queue", 110)
    key = before.items[0].rating_key
    menu.plex.control("POST", f"items/{key}", {"set": {"studio": "My own"}, "lock": ["studio"]})
    menu.ask(SAVE, input={"id": str(scene), "details": "Written after the sync."})
    menu.run("Process Queue")
    with open_data(menu.data, {}) as opened:
        after = why(opened, scene)
    studio = field(after, "studio")
    assert (studio.plex, studio.outcome, studio.code) == ("My own", "kept", "kept_person")
    assert studio.pushed == studio.stash
    assert after.agent_alive
    assert after.job is not None
    assert after.entries
    assert {entry.state for entry in after.entries} == {"written"}
    assert field(after, "title").outcome == "in sync"

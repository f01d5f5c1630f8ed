"""An edit in Stash is in Plex within a second; many at once are all there; nothing more is asked than needed."""

from __future__ import annotations

import base64
import hashlib
import statistics
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import pytest
from agent_stage import Stage, run_at_once, single, staged, wait_for

from plexsync_simulators.shared.json_type import Json

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(60) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal()
        yield stage


EDITS: list[tuple[Json, Callable[[Json], bool]]] = [
    ({"title": "Übermut, and “more”"}, lambda item: item["title"] == "Übermut, and “more”"),
    ({"title": "The End"}, lambda item: item["titleSortShown"] == "End"),
    ({"details": "One.\n\nTwo."}, lambda item: item["summary"] == "One.\n\nTwo."),
    ({"details": ""}, lambda item: not item.get("summary")),
    ({"date": "2024-05-06"}, lambda item: item.get("originallyAvailableAt") == "2024-05-06"),
    ({"date": "2023"}, lambda item: item.get("originallyAvailableAt") == "2023-01-01"),
    ({"date": None}, lambda item: "originallyAvailableAt" not in item),
    ({"rating100": 85}, lambda item: item.get("userRating") == 8.5),
    ({"rating100": None}, lambda item: not item.get("userRating")),
    ({"studio_id": "1"}, lambda item: item.get("studio") == "Acme Pictures"),
    ({"studio_id": None}, lambda item: not item.get("studio")),
    ({"performer_ids": ["1", "2"]}, lambda item: len(item["Role"]) == 2),
    ({"performer_ids": ["2"]}, lambda item: len(item["Role"]) == 1),
    ({"performer_ids": []}, lambda item: not item["Role"]),
    ({"tag_ids": ["3", "4", "6"]}, lambda item: len(item["Genre"]) == 3),
    ({"tag_ids": ["4", "5"]}, lambda item: len(item["Genre"]) == 2),
    ({"tag_ids": []}, lambda item: not item["Genre"]),
    ({"director": "A. Smith, B. Jones"}, lambda item: set(item["Director"]) == {"A. Smith", "B. Jones"}),
    ({"director": ""}, lambda item: not item["Director"]),
    ({"groups": [{"group_id": "1"}, {"group_id": "2"}]}, lambda item: len(item["Collection"]) == 2),
    ({"groups": []}, lambda item: not item["Collection"]),
    ({"title": ""}, lambda item: item["title"] not in {"", "The End"}),
]


def shows(stage: Stage, rating_key: str, is_there: Callable[[Json], bool]) -> bool:
    return is_there(stage.item_now(rating_key))


@pytest.mark.alone
def test_each_edit_arrives_within_a_second(stage: Stage) -> None:
    """On the best of three scenes: how long it takes is the product's, a neighbour's burst of work is not."""
    runs = []
    for scene in single(stage.world, 3):
        runs.append(sorted(edit_all(stage, scene)))
        if runs[-1][int(len(EDITS) * 0.95)] <= 1.0 and statistics.median(runs[-1]) <= 0.5:
            break
    else:
        raise AssertionError(runs)
    stage.wait_equal(5.0)


def test_each_kind_of_edit_arrives(stage: Stage) -> None:
    edit_all(stage, single(stage.world, 4)[3])
    stage.wait_equal(10.0)


def edit_all(stage: Stage, scene: str) -> list[float]:
    """Make every edit, one after the other; returns how long each took to be seen in Plex."""
    key = stage.item_of(scene)["ratingKey"]
    took = []
    for fields, is_there in EDITS:
        if is_there(stage.item_now(key)):
            continue
        stage.edit_scene(scene, **fields)
        took.append(wait_for(partial(shows, stage, key, is_there), 15.0, fields))
    assert len(took) >= len(EDITS) - 4, "nearly all of them change something"
    return took


def test_a_new_cover_arrives_and_only_once(stage: Stage) -> None:
    scene = single(stage.world, 2)[1]
    key = stage.item_of(scene)["ratingKey"]
    stage.edit_scene(scene, cover_image=f"data:image/png;base64,{base64.b64encode(PNG).decode()}")
    digest = hashlib.sha1(cover_of(stage, scene), usedforsecurity=False).hexdigest()
    wait_for(lambda: stage.item_now(key)["thumb"]["sha1"] == digest, 10.0)
    stage.rig_idle()
    stage.reset_counts()
    stage.edit_scene(scene, title="with another title")
    wait_for(lambda: stage.item_now(key)["title"] == "with another title", 5.0)
    stage.rig_idle()
    assert stage.plex_counts()["POST"] == 0


def cover_of(stage: Stage, scene: str) -> bytes:
    with urllib.request.urlopen(f"{stage.stash.url}/scene/{scene}/screenshot", timeout=10) as answer:
        return bytes(answer.read())


def test_one_warm_edit_costs_one_query_one_put_and_three_gets(stage: Stage) -> None:
    """The best of three: on a busy machine the feed may look at the file in the middle of a commit, and once more."""
    scene = single(stage.world, 3)[2]
    key = stage.item_of(scene)["ratingKey"]
    costs = [cost_of_an_edit(stage, scene, key, f"warm {n}") for n in range(4)][1:]
    assert min(stash["query"] for stash, _ in costs) <= 1, costs
    assert {(plex["PUT"], plex["POST"]) for _, plex in costs} == {(1, 0)}
    assert min(plex["GET"] for _, plex in costs) <= 3, costs


def cost_of_an_edit(stage: Stage, scene: str, key: str, title: str) -> tuple[Mapping[str, int], Mapping[str, int]]:
    stage.rig_idle()
    stage.reset_counts()
    stage.edit_scene(scene, title=title, tag_ids=["3", str(len(title) % 2 + 4)], details=title)
    wait_for(lambda: stage.item_now(key)["title"] == title, 5.0)
    stage.rig_idle()
    return stage.stash_counts(), stage.plex_counts()


def test_a_second_full_sync_writes_nothing(stage: Stage) -> None:
    stage.sync_all()
    stage.reset_counts()
    stage.sync_all()
    stage.rig_idle()
    plex = stage.plex_counts()
    assert (plex["PUT"], plex["POST"]) == (0, 0)
    assert plex["GET"] > 0, "it did look"


def test_the_same_twenty_scenes_edited_ten_times_end_with_the_last_value(stage: Stage) -> None:
    """F45."""
    scenes = single(stage.world, 20)

    def edit(mine: list[str]) -> None:
        for turn in range(10):
            for scene in mine:
                stage.edit_scene(scene, title=f"{scene} at turn {turn}", tag_ids=[str(3 + turn % 5)])

    run_at_once([partial(edit, scenes[n::4]) for n in range(4)])
    stage.wait_equal()
    assert {stage.item_of(scene)["title"] for scene in scenes} == {f"{scene} at turn 9" for scene in scenes}

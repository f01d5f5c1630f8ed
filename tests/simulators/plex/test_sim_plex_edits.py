"""The edit request of the simulated Plex, rule by rule (docs/engineering/plex.md §2)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from sim_plex_client import OWNER, BarePlex, bare_plex, tags

AWKWARD = "Test Tag !@#$%^&*()-_=+[];:'\"/?,."


@pytest.fixture(scope="module")
def plex() -> Iterator[BarePlex]:
    with bare_plex() as client:
        yield client


@pytest.fixture(params=["append", "replace"])
def semantics(plex: BarePlex, request: pytest.FixtureRequest) -> Iterator[str]:
    plex.sim.control("POST", "tag_semantics", {"tag_semantics": request.param})
    yield request.param
    plex.sim.control("POST", "tag_semantics", {"tag_semantics": "append"})


def test_one_request_sets_text_date_rating_tags_and_locks(plex: BarePlex) -> None:
    key = plex.add(title="plain")
    plex.edit(
        key,
        raw="genre[0].tag.tag=A&actor%5B0%5D.tag.tag=Jo&actor%5B0%5D.tagging.text=Hero&genre.locked=1",
        title__value="Ünï 💥",
        title__locked="1",
        studio__value="S",
        originallyAvailableAt__value="2020-01-31",
        userRating__value="8.5",
    )
    item = plex.item(key)
    assert (item["title"], item["studio"], item["userRating"]) == ("Ünï 💥", "S", 8.5)
    assert (item["originallyAvailableAt"], item["year"]) == ("2020-01-31", 2020)
    assert (tags(item, "Genre"), item["Role"][0]["tag"], item["Role"][0]["role"]) == (["A"], "Jo", "Hero")
    assert {field["name"] for field in item["Field"]} == {"title", "genre"}


def test_an_empty_value_clears_a_field_and_a_lock_alone_changes_no_value(plex: BarePlex) -> None:
    key = plex.add(title="clear", studio="S", tagline="T", originallyAvailableAt="2020-01-31")
    plex.edit(key, studio__value="", studio__locked="1", tagline__locked="1", originallyAvailableAt__value="")
    item = plex.item(key)
    assert not {"studio", "year", "originallyAvailableAt"} & set(item)
    assert item["tagline"] == "T"
    plex.edit(key, studio__locked="0")
    assert [field["name"] for field in plex.item(key)["Field"]] == ["tagline"]


def test_a_new_title_brings_a_new_sort_title_unless_that_is_locked(plex: BarePlex) -> None:
    key = plex.add(title="Zorro")
    plex.edit(key, title__value="The Mask")
    assert plex.item(key)["titleSort"] == "Mask"
    plex.edit(key, titleSort__value="Mine", titleSort__locked="1")
    plex.edit(key, title__value="Another")
    assert plex.item(key)["titleSort"] == "Mine"


def test_added_tags_join_or_replace_the_others(plex: BarePlex, semantics: str) -> None:
    key = plex.add(title="tags", Genre=["A", "B"])
    plex.edit(key, raw="genre[0].tag.tag=C")
    assert tags(plex.item(key), "Genre") == (["A", "B", "C"] if semantics == "append" else ["C"])


@pytest.mark.parametrize("brackets", ["[0]", "%5B0%5D", "%5b0%5d"])
def test_brackets_may_be_escaped(plex: BarePlex, brackets: str) -> None:
    key = plex.add(title="brackets")
    plex.edit(key, raw=f"genre{brackets}.tag.tag=C")
    assert tags(plex.item(key), "Genre") == ["C"]


def test_removal_splits_at_commas_and_decodes_each_name_once_more(plex: BarePlex, semantics: str) -> None:
    key = plex.add(title="removal", Genre=["A", "B", "X, Y", AWKWARD, "100%"])
    plex.edit(key, raw=f"genre[].tag.tag-={quote('A,' + quote('X, Y'), safe='')}")
    assert tags(plex.item(key), "Genre") == ["B", AWKWARD, "100%"]
    plex.edit(key, raw=f"genre%5B%5D.tag.tag-={quote(quote(AWKWARD), safe='')}")
    plex.edit(key, raw=f"genre%5B%5D.tag.tag-={quote('100%', safe='')}")
    assert tags(plex.item(key), "Genre") == ["B"], semantics


def test_a_comma_encoded_only_once_names_two_tags(plex: BarePlex) -> None:
    key = plex.add(title="trap", Genre=["X,Y", "X", "Y", "Z"])
    plex.edit(key, raw=f"genre[].tag.tag-={quote('X,Y', safe='')}")
    assert tags(plex.item(key), "Genre") == ["X,Y", "Z"]


def test_dropping_all_and_adding_in_one_request_depends_on_the_switch(plex: BarePlex) -> None:
    key = plex.add(title="drop", Genre=["A", "B"])
    plex.edit(key, raw="genre[].tag=&genre[0].tag.tag=C")
    assert tags(plex.item(key), "Genre") == ["C"]
    plex.sim.control("POST", "switches", {"drop_all": "last"})
    plex.edit(key, raw="genre[].tag=&genre[0].tag.tag=D")
    plex.sim.control("POST", "switches", {"drop_all": "first"})
    assert tags(plex.item(key), "Genre") == []


def test_tags_are_shared_rows_whose_first_spelling_stays(plex: BarePlex) -> None:
    first, second = plex.add(title="row1", Genre=["Sci-Fi"]), plex.add(title="row2")
    plex.edit(second, raw="genre[0].tag.tag=SCI-FI&genre[1].tag.tag=Sci-Fi%20")
    one, two = plex.item(first)["Genre"][0], plex.item(second)["Genre"]
    assert two[0] == one
    assert two[1]["tag"] == "Sci-Fi "
    assert two[1]["id"] != one["id"]


def test_labels_get_a_capital_letter_and_genres_do_not(plex: BarePlex) -> None:
    key = plex.add(title="labels")
    plex.edit(key, raw="label[0].tag.tag=foo bar&genre[0].tag.tag=foo".replace(" ", "%20"))
    assert (tags(plex.item(key), "Label"), tags(plex.item(key), "Genre")) == (["Foo bar"], ["foo"])


def test_a_persons_photo_is_the_same_everywhere(plex: BarePlex) -> None:
    first, second = plex.add(title="p1", Role=["Same"]), plex.add(title="p2")
    plex.edit(second, raw=f"actor[0].tag.tag=same&actor[0].tag.thumb={quote('https://example.com/a.jpg', safe='')}")
    assert plex.item(first)["Role"][0]["thumb"] == "https://example.com/a.jpg"


def test_a_studio_sent_as_a_tag_lands_among_the_directors(plex: BarePlex) -> None:
    key = plex.add(title="studio")
    plex.edit(key, raw="studio[0].tag.tag=Oops")
    assert tags(plex.item(key), "Director") == ["Oops"]


def test_one_request_edits_many_items_and_leaves_the_rest(plex: BarePlex) -> None:
    keys = [plex.add(title=f"many{n}") for n in range(3)]
    plex.edit(",".join([*keys[:2], "999999"]), studio__value="Both")
    assert [plex.item(key).get("studio") for key in keys] == ["Both", "Both", None]


@pytest.mark.parametrize("ids", ["", "&id="])
def test_without_ids_everything_of_the_type_is_edited(plex: BarePlex, ids: str) -> None:
    keys = [plex.add(title=f"every{n}", Collection=["Every"]) for n in range(2)]
    assert plex.ask("PUT", f"/library/sections/1/all?type=1{ids}&tagline.value=all{len(ids)}").status == 200
    rows = plex.get("/library/sections/1/all?type=1")["Metadata"]
    assert {row["tagline"] for row in rows} == {f"all{len(ids)}"}
    assert {row["ratingKey"] for row in rows} >= set(keys)
    assert plex.sim.control("GET", "edits")[-1]["everything"]


def test_the_metadata_path_takes_the_same_edit(plex: BarePlex) -> None:
    keys = [plex.add(title=f"path{n}") for n in range(2)]
    assert plex.ask("PUT", f"/library/metadata/{','.join(keys)}?studio.value=P").status == 200
    assert [plex.item(key)["studio"] for key in keys] == ["P", "P"]
    assert plex.ask("PUT", "/library/metadata/999999?studio.value=P").status == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("nonsense.value=1", 400),
        ("sortTitle.value=x", 400),
        ("year.value=2020", 400),
        ("thumb.value=x", 400),
        ("title.locked=yes", 400),
        ("userRating.value=11", 400),
        ("userRating.value=good", 400),
        ("tags[0].tag.tag=x", 400),
        ("genre[0].tag.tag=", 400),
        ("actor[0].tagging.text=x", 400),
        ("originallyAvailableAt.value=2020", 500),
        ("originallyAvailableAt.value=2020-02-30", 500),
        ("originallyAvailableAt.value=31.01.2020", 500),
    ],
)
def test_bad_edits_are_refused_and_change_nothing(plex: BarePlex, query: str, status: int) -> None:
    key = plex.add(title="bad")
    before = plex.dump(key)
    plex.edit(key, raw=f"title.value=changed&{query}", status=status)
    assert plex.dump(key) == before


def test_too_many_ids_and_too_long_urls_are_refused(plex: BarePlex) -> None:
    key = plex.add(title="limits")
    plex.edit(",".join(str(number) for number in range(100_000, 101_001)), title__value="x", status=400)
    plex.edit(key, summary__value="x" * 16_400, status=414)
    plex.edit(key, summary__value="x" * 12_000)
    assert len(plex.item(key)["summary"]) == 12_000


def test_every_edit_moves_the_time_of_change_even_an_idle_one(plex: BarePlex) -> None:
    key = plex.add(title="time", addedAt=1_600_000_000)
    assert plex.item(key)["updatedAt"] == 1_600_000_000
    earliest = int(time.time())
    plex.edit(key, title__value="time")
    item = plex.item(key)
    assert item["updatedAt"] >= earliest
    assert item["art"].endswith(f"/{item['updatedAt']}")
    before = plex.get("/library/sections")["Directory"][0]["contentChangedAt"]
    plex.edit(key, title__value="time")
    assert plex.get("/library/sections")["Directory"][0]["contentChangedAt"] > before


def test_the_journal_tells_when_which_edit_took_effect(plex: BarePlex) -> None:
    key = plex.add(title="journal")
    earliest = time.time()
    plex.edit(key, raw="genre%5B0%5D.tag.tag=J", title__value="ä b")
    (entry,) = plex.sim.control("GET", f"edits?after={earliest}")
    assert earliest <= entry["time"] <= time.time()
    assert (entry["ids"], entry["everything"]) == ([key], False)
    assert ["title.value", "ä b"] in entry["params"]
    assert ["genre[0].tag.tag", "J"] in entry["params"]


def test_collections_come_and_go_with_their_tags(plex: BarePlex) -> None:
    key = plex.add(title="coll")
    plex.edit(key, raw="collection[0].tag.tag=Sammlung")
    rows = plex.get("/library/sections/1/collections")["Metadata"]
    collection = next(row for row in rows if row["title"] == "Sammlung")
    children = plex.get(f"/library/metadata/{collection['ratingKey']}/children")["Metadata"]
    assert ([child["ratingKey"] for child in children], collection["childCount"]) == ([key], "1")
    plex.edit(collection["ratingKey"], kind=18, title__value="Renamed", summary__value="S")
    assert tags(plex.item(key), "Collection") == ["Renamed"]
    plex.edit(key, raw="collection[].tag.tag-=Renamed")
    assert plex.ask("GET", f"/library/metadata/{collection['ratingKey']}").status == 404


def test_a_refresh_overwrites_what_is_not_locked(plex: BarePlex) -> None:
    key = plex.add(title="agent", Genre=["Mine"])
    plex.edit(key, title__value="Mine", title__locked="1", studio__value="Mine")
    agent = {"title": "Agent", "studio": "Agent", "Genre": ["Agent"]}
    plex.sim.control("POST", f"items/{key}/agent", agent)
    plex.sim.control("POST", "switches", {"scan_ms": 1})
    assert plex.ask("PUT", f"/library/metadata/{key}/refresh").status == 200
    deadline = time.monotonic() + 5
    while plex.item(key).get("studio") != "Agent" and time.monotonic() < deadline:
        time.sleep(0.01)
    item = plex.item(key)
    assert (item["title"], item["studio"], tags(item, "Genre")) == ("Mine", "Agent", ["Mine", "Agent"])


def test_reading_without_skip_refresh_is_counted(plex: BarePlex) -> None:
    key = plex.add(title="local")
    plex.sim.control("POST", "reset_counters")
    plex.get(f"/library/metadata/{key},999999?skipRefresh=1")
    assert plex.sim.control("GET", "requests?counts=1")["local_agent_refreshes"] == 0
    plex.get(f"/library/metadata/{key}")
    counted = plex.sim.control("GET", "requests")
    assert counted["local_agent_refreshes"] == 1
    assert (counted["methods"], counted["kinds"]) == ({"GET": 2}, {"GET metadata": 2})
    assert counted["requests"][0]["query"] == "skipRefresh=1"
    assert plex.ask("GET", "/library/metadata/999998,999999").status == 404


def test_the_token_is_in_no_report(plex: BarePlex) -> None:
    plex.ask("PUT", f"/library/sections/1/all?type=1&id={plex.add(title='t')}&X-Plex-Token={OWNER}&studio.value=x")
    assert OWNER not in str([plex.sim.control("GET", "edits"), plex.sim.control("GET", "requests")])

"""The simulated Plex answers as the recorded servers did: same keys, same types, same truncation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sim_plex_client import OWNER, RECORDED_LIBRARY, SHARED, BarePlex, tags

from plexsync_simulators.process import start_plex
from plexsync_simulators.shared.json_type import Json

RECORDINGS = Path(__file__).parents[2] / "recordings" / "plex"

# Things that a server without an agent lacks.
FROM_AGENTS = frozenset(
    {
        "rating",
        "audienceRating",
        "audienceRatingImage",
        "ratingImage",
        "primaryExtraKey",
        "chapterSource",
        "attribution",
    }
    | {"viewOffset", "lastViewedAt", "viewCount", "Rating", "Review", "Preferences", "Similar", "tagKey"}
)

FULL_MOVIE: Json = {
    "title": "Batman",
    "guid": "plex://movie/5d7768257228e5001f1dccd2",
    "Guid": ["imdb://tt0096895", "tmdb://268"],
    "studio": "The Guber-Peters Company",
    "contentRating": "PG-13",
    "summary": "A hero.",
    "tagline": "Ever danced?",
    "originallyAvailableAt": "1989-06-21",
    "files": [{"path": "/media/a/Batman (1989).mkv", "size": 1231830, "duration": 81030}],
    "Genre": ["Action", "Adventure", "Crime", "Fantasy"],
    "Director": ["Tim Burton"],
    "Writer": ["Sam Hamm", "Warren Skaaren", "Bob Kane"],
    "Producer": ["Peter Guber", "Jon Peters"],
    "Country": ["United States of America"],
    "Collection": ["Heroes", "Bats", "Eighties"],
    "Label": ["Owned"],
    "Role": [{"tag": f"Actor {n}", "role": f"Part {n}", "thumb": f"https://example.com/{n}.jpg"} for n in range(1, 6)],
    "locked": ["title"],
}


def recording(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def plex() -> Iterator[BarePlex]:
    with start_plex(
        library=RECORDED_LIBRARY, token=OWNER, shared_token=SHARED, read_latency_ms=0, write_latency_ms=0, scan_ms=1
    ) as sim:
        client = BarePlex(sim)
        client.add(**FULL_MOVIE)
        yield client
        client.close()


def kinds(value: Any) -> str:
    """A JSON type by name; whole and broken numbers count as one, as an average may come out even."""
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def assert_same_shape(ours: Json, recorded: list[Json], where: str) -> None:
    """Ours has every key all recorded ones have, no key none of them has, and the same types."""
    known = {key: value for one in recorded for key, value in one.items()}
    needed = set.intersection(*(set(one) for one in recorded)) - FROM_AGENTS
    assert needed <= set(ours), f"{where}: missing {sorted(needed - set(ours))}"
    assert set(ours) <= set(known), f"{where}: invented {sorted(set(ours) - set(known))}"
    for key, value in ours.items():
        assert kinds(value) == kinds(known[key]), f"{where}.{key}: {value!r} is no {kinds(known[key])}"
        if isinstance(value, list):
            theirs = [child for one in recorded for child in one.get(key, [])]
            for child in value:
                assert_same_shape(child, theirs, f"{where}.{key}")


def test_a_listing_row_has_the_keys_and_types_of_recorded_rows(plex: BarePlex) -> None:
    ours = plex.get("/library/sections/1/all?type=1")
    recorded = recording("rs_movie_listing.json")["MediaContainer"]
    theirs = [*recorded.pop("Metadata")]
    theirs += recording("ws_library_movie_get_200.json")["response"]["body"]["MediaContainer"]["Metadata"]
    assert_same_shape(ours.pop("Metadata")[0], theirs, "row")
    assert_same_shape(ours, [recorded], "container")


def test_a_listing_cuts_tag_lists_short_and_leaves_labels_and_locks_out(plex: BarePlex) -> None:
    row = plex.get("/library/sections/1/all?type=1")["Metadata"][0]
    assert tags(row, "Genre") == ["Action", "Adventure"]
    assert row["Role"] == [{"tag": "Actor 1"}, {"tag": "Actor 2"}, {"tag": "Actor 3"}]
    assert len(row["Collection"]) == len(row["Writer"]) == 2
    assert not {"Label", "Field", "Guid", "Producer"} & set(row)
    assert "Stream" not in row["Media"][0]["Part"][0]


def test_no_recorded_row_is_longer_than_ours_may_be() -> None:
    rows = recording("rs_movie_listing.json")["MediaContainer"]["Metadata"]
    rows += recording("spec_section_all.json")["MediaContainer"]["Metadata"]
    assert max(len(row.get("Genre", [])) for row in rows) == 2
    assert max(len(row.get("Role", [])) for row in rows) == 3
    assert {tuple(role) for row in rows for role in row.get("Role", [])} == {("tag",)}


def test_without_paging_there_is_no_total_with_paging_there_is(plex: BarePlex) -> None:
    unpaged = plex.get("/library/sections/1/all?type=1")
    paged = plex.get("/library/sections/1/all?type=1", X_Plex_Container_Start="0", X_Plex_Container_Size="1000")
    recorded = recording("ws_library_movie_get_200.json")["response"]["body"]["MediaContainer"]
    assert {"totalSize", "offset"} & set(unpaged) == set()
    assert {"totalSize", "offset"} <= set(paged) & set(recorded)


def test_guids_come_with_a_listing_only_on_request(plex: BarePlex) -> None:
    row = plex.get("/library/sections/1/all?type=1&includeGuids=1")["Metadata"][0]
    assert row["Guid"] == [{"id": "imdb://tt0096895"}, {"id": "tmdb://268"}]


def test_a_full_item_has_the_keys_and_types_of_recorded_items(plex: BarePlex) -> None:
    key = plex.get("/library/sections/1/all?type=1")["Metadata"][0]["ratingKey"]
    ours = plex.get(f"/library/metadata/{key}?skipRefresh=1")
    recorded = [recording(f"rs_metadata_movie_{number}_full.json")["MediaContainer"] for number in (182, 1036)]
    theirs = [one.pop("Metadata")[0] for one in recorded]
    full = ours.pop("Metadata")[0]
    # Neither recorded film had these; docs/engineering/plex.md §1.3 and §2.5 name their shapes.
    assert full.pop("Field") == [{"locked": True, "name": "title"}]
    assert all(set(label) == {"id", "filter", "tag"} for label in full.pop("Label") + full.pop("Collection"))
    for stream in full["Media"][0]["Part"][0]["Stream"]:
        assert {"id", "streamType", "codec", "index"} <= set(stream)
    full["Media"][0]["Part"][0].pop("Stream")
    assert_same_shape({**full}, [{**one, "Media": without_streams(one["Media"])} for one in theirs], "item")
    assert_same_shape(ours, [{k: v for k, v in one.items() if k != "augmentationKey"} for one in recorded], "container")


def without_streams(media: list[Json]) -> list[Json]:
    return [
        {**one, "Part": [{k: v for k, v in part.items() if k != "Stream"} for part in one["Part"]]} for one in media
    ]


def test_the_picture_urls_end_with_the_time_of_the_last_change(plex: BarePlex) -> None:
    row = plex.get("/library/sections/1/all?type=1")["Metadata"][0]
    assert row["thumb"] == f"/library/metadata/{row['ratingKey']}/thumb/{row['updatedAt']}"
    for recorded in recording("rs_movie_listing.json")["MediaContainer"]["Metadata"]:
        assert recorded["thumb"].endswith(f"/{recorded['updatedAt']}")


def test_a_collection_object_has_the_recorded_shape(plex: BarePlex) -> None:
    row = plex.get("/library/sections/1/collections")["Metadata"][0]
    full = plex.get(f"/library/collections/{row['ratingKey']}")["Metadata"][0]
    theirs = recording("rs_metadata_collection_161.json")["MediaContainer"]["Metadata"][0]
    theirs.pop("contentRating")
    assert_same_shape(full, [theirs], "collection")
    assert full["key"] == f"/library/collections/{row['ratingKey']}/children"


def test_sections_have_the_recorded_shape_in_json(plex: BarePlex) -> None:
    ours = plex.get("/library/sections")
    theirs = recording("ws_sections_get_200.json")["response"]["body"]["MediaContainer"]
    assert_same_shape(ours, [theirs], "sections")


def test_sections_have_the_recorded_attributes_in_xml(plex: BarePlex) -> None:
    reply = plex.ask("GET", "/library/sections", accept="*/*")
    ours = ET.fromstring(reply.body)[0]
    theirs = ET.parse(RECORDINGS / "ha_library_sections.xml").getroot()[0]
    assert reply.headers["Content-Type"].startswith("text/xml")
    assert set(ours.attrib) == set(theirs.attrib)
    assert {child.tag for child in ours} == {child.tag for child in theirs} == {"Location"}
    assert (ours.get("refreshing"), ours.get("content")) == ("0", "1")


def test_the_root_has_attributes_real_servers_have(plex: BarePlex) -> None:
    ours = ET.fromstring(plex.ask("GET", "/", accept="*/*").body)
    theirs = ET.parse(RECORDINGS / "ha_server_root.xml").getroot()
    assert set(ours.attrib) <= set(theirs.attrib)
    assert {"machineIdentifier", "version", "friendlyName", "myPlexSigninState"} <= set(ours.attrib)


def test_identity_needs_no_token_and_has_the_documented_shape(plex: BarePlex) -> None:
    ours = BarePlex(plex.sim, token="").get("/identity")
    assert_same_shape(ours, [recording("spec_examples.json")["identity"]["MediaContainer"]], "identity")


def test_a_head_request_tells_the_size_and_nothing_else(plex: BarePlex) -> None:
    told = recording("ws_library_head_200.json")
    reply = plex.ask("HEAD", "/library/sections/1/all", X_Plex_Container_Start="0", X_Plex_Container_Size="1000")
    assert reply.status == told["response"]["http_code"]
    assert set(told["response"]["headers"]) <= set(reply.headers)
    assert (reply.headers["X-Plex-Container-Total-Size"], reply.body) == ("1", b"")


def test_a_wrong_token_gets_the_recorded_html_page(plex: BarePlex) -> None:
    told = recording("ws_sections_get_401.json")["response"]
    for token in ("wrong", ""):
        reply = BarePlex(plex.sim, token=token).ask("GET", "/library/sections")
        assert (reply.status, reply.body.decode()) == (told["http_code"], told["body"])
        assert reply.headers["Content-Type"].partition(";")[0] == told["headers"]["Content-Type"]


@pytest.mark.parametrize("status", [400, 404, 409])
def test_refused_edits_get_the_documented_html_pages(plex: BarePlex, status: int) -> None:
    key = plex.get("/library/sections/1/all?type=1")["Metadata"][0]["ratingKey"]
    collections = plex.get("/library/sections/1/collections")["Metadata"]
    if status == 400:
        reply = plex.edit(key, nonsense__value="x", status=400)
    elif status == 404:
        reply = plex.edit("999999", title__value="x", status=404)
    else:
        reply = plex.edit(
            collections[0]["ratingKey"], kind=18, title__value=collections[1]["title"].upper(), status=409
        )
    told = recording("spec_error_bodies.json")
    page = next(value for name, value in told.items() if f"-> {status} text/html" in name)
    assert reply.body.decode() == next(iter(page["example"].values()))["value"]
    assert reply.headers["Content-Type"] == "text/html"


def test_a_shared_token_may_read_but_not_edit(plex: BarePlex) -> None:
    guest = BarePlex(plex.sim, token=SHARED)
    assert guest.get("/library/sections")["size"] == 2
    reply = guest.ask("PUT", "/library/sections/1/all?type=1&id=1&title.value=x")
    assert (reply.status, reply.headers["Content-Type"]) == (403, "text/html")
    assert guest.ask("GET", "/library/sections/1/refresh").status == 403


def test_every_page_says_maintenance_while_the_server_starts(plex: BarePlex) -> None:
    plex.sim.control("POST", "starting", {"on": True})
    try:
        for path in ("/identity", "/library/sections", "/nowhere"):
            reply = plex.ask("GET", path)
            assert (reply.status, reply.headers["Content-Type"]) == (503, "text/html")
            assert b"startup maintenance tasks" in reply.body
    finally:
        plex.sim.control("POST", "starting", {"on": False})
    assert plex.ask("GET", "/identity").status == 200


def test_an_expired_token_gets_498(plex: BarePlex) -> None:
    plex.sim.control("POST", "tokens", {"expired": ["old"]})
    assert BarePlex(plex.sim, "old").ask("GET", "/library/sections").status == 498

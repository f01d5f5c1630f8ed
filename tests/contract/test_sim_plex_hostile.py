"""The hostile switches of the simulated Plex, each seen by a bare client."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from sim_plex_client import OWNER, RECORDED_LIBRARY, Client, tags

from plexsync_simulators.process import start_plex

PNG = b"\x89PNG\r\n\x1a\n and then some"
KINDS = {
    "gif": b"GIF89a",
    "bmp": b"BM\x00\x00",
    "tiff": b"II*\x00",
    "avif": b"\x00\x00\x00\x1cftypavif",
    "jxl": b"\xff\x0a",
    "webp": b"RIFF\x00\x00\x00\x00WEBP",
    "png": PNG,
    "jpeg": b"\xff\xd8\xff\xe0",
}


@pytest.fixture(scope="module")
def sim_client() -> Iterator[Client]:
    with start_plex(library=RECORDED_LIBRARY, token=OWNER, read_latency_ms=0, write_latency_ms=0) as sim:
        client = Client(sim)
        yield client
        client.close()


@pytest.fixture
def plex(sim_client: Client) -> Iterator[Client]:
    yield sim_client
    sim_client.sim.control("POST", "switches/reset")


def switch(plex: Client, **values: object) -> None:
    plex.sim.control("POST", "switches", values)


def genres(plex: Client, key: str) -> list[str]:
    return tags(plex.item(key), "Genre")


@pytest.mark.parametrize("limit", [8_192, 16_384])
def test_a_proxy_refuses_a_request_line_above_its_limit(plex: Client, limit: int) -> None:
    key = plex.add(title="proxy")
    switch(plex, proxy_line_bytes=limit)
    head = len(f"PUT /library/sections/1/all?type=1&id={key}&summary.value= HTTP/1.1")
    plex.edit(key, summary__value="x" * (limit - head))
    refusal = plex.edit(key, summary__value="x" * (limit - head + 1), status=414)
    assert (refusal.headers["Server"], b"nginx" in refusal.body) == ("nginx", True)
    assert len(plex.item(key)["summary"]) == limit - head


def test_adding_what_is_there_doubles_it(plex: Client) -> None:
    key = plex.add(title="double", Genre=["A"])
    switch(plex, adding="doubled")
    plex.edit(key, raw="genre[0].tag.tag=A&genre[1].tag.tag=B")
    assert genres(plex, key) == ["A", "A", "B"]
    plex.edit(key, raw="genre[].tag.tag-=A")
    assert genres(plex, key) == ["B"]
    switch(plex, tag_semantics="replace")
    plex.edit(key, raw="genre[0].tag.tag=B&genre[1].tag.tag=C")
    assert genres(plex, key) == ["B", "C"]


@pytest.mark.parametrize(
    ("reading", "sent", "left"),
    [
        ("joined", "A%2520,B%252C", []),
        ("one", "A%2520%2CB%252C", ["A ", "B,"]),
        ("one", "B%252C", ["A "]),
        ("plain", "B%252C", ["A ", "B,"]),
        ("plain", "B%2C", ["A ", "B,"]),
        ("plain", "A%20", ["B,"]),
        ("whole", "B%2C", ["A "]),
        ("whole", "A%20%2CB", ["A ", "B,"]),
    ],
)
def test_one_form_of_removal_is_understood(plex: Client, reading: str, sent: str, left: list[str]) -> None:
    key = plex.add(title="removal", Genre=["A ", "B,"])
    switch(plex, removals=reading)
    plex.edit(key, raw=f"genre[].tag.tag-={sent}")
    assert genres(plex, key) == left


def test_a_server_that_takes_one_name_a_request_takes_the_last(plex: Client) -> None:
    key = plex.add(title="last", Genre=["A", "B"])
    switch(plex, removals="one")
    plex.edit(key, raw="genre[].tag.tag-=A&genre[].tag.tag-=B")
    assert genres(plex, key) == ["A"]


def test_a_rating_by_edit_is_ignored_where_only_rate_works(plex: Client) -> None:
    key = plex.add(title="rating")
    switch(plex, ignored="userRating,label")
    plex.edit(key, raw="label[0].tag.tag=L", userRating__value="7", userRating__locked="1", studio__value="S")
    item = plex.item(key)
    assert (item.get("userRating"), item.get("Label"), item["studio"]) == (None, None, "S")
    plex.ask("PUT", f"/:/rate?key={key}&identifier=com.plexapp.plugins.library&rating=7")
    assert plex.item(key)["userRating"] == 7


def test_small_edits_leave_updated_at_alone(plex: Client) -> None:
    key = plex.add(title="still", addedAt=1_000)
    switch(plex, still_fields="userRating,label,collection")
    plex.edit(key, raw="label[0].tag.tag=L&label.locked=1&collection[0].tag.tag=C", userRating__value="7")
    assert (plex.item(key)["updatedAt"], plex.item(key)["userRating"]) == (1_000, 7)
    plex.edit(key, raw="label[0].tag.tag=M", studio__value="S")
    assert plex.item(key)["updatedAt"] > time.time() - 60


@pytest.mark.parametrize("status", [500, 503, 429])
def test_no_edit_is_taken_while_all_else_works(plex: Client, status: int) -> None:
    key = plex.add(title="busy")
    switch(plex, edit_status=status, retry_after=7)
    refusal = plex.edit(key, studio__value="S", status=status)
    assert refusal.headers.get("Retry-After") == (None if status == 500 else "7")
    assert plex.ask("PUT", f"/library/metadata/{key}?studio.value=S").status == status
    assert plex.get("/identity")["claimed"]
    assert "studio" not in plex.item(key)
    switch(plex, edit_status=0)
    plex.edit(key, studio__value="S")


@pytest.mark.parametrize("status", [400, 500])
def test_one_value_is_refused_and_takes_its_edit_along(plex: Client, status: int) -> None:
    key = plex.add(title="value")
    switch(plex, refuse_value="originallyAvailableAt.value=1899|tag=Bad & Ugly$", refuse_status=status)
    plex.edit(key, originallyAvailableAt__value="1899-01-01", studio__value="S", status=status)
    plex.edit(key, raw="genre[0].tag.tag=" + quote("Bad & Ugly"), status=status)
    assert "studio" not in plex.item(key)
    plex.edit(key, originallyAvailableAt__value="1999-01-01", studio__value="S")


def test_one_item_is_broken_for_reads_for_listings_or_for_edits(plex: Client) -> None:
    broken, sound = plex.add(title="broken"), plex.add(title="sound")
    switch(plex, broken_reads=broken)
    assert plex.ask("GET", f"/library/metadata/{sound},{broken}").status == 500
    assert plex.item(sound)["title"] == "sound"
    switch(plex, broken_reads="", broken_rows=broken)
    assert plex.item(broken)["title"] == "broken"
    assert plex.ask("GET", "/library/sections/1/all").status == 500
    assert plex.ask("GET", f"/library/sections/1/all?id={sound}").status == 200
    switch(plex, broken_rows="", broken_edits=broken)
    plex.edit(f"{sound},{broken}", studio__value="S", status=500)
    assert "studio" not in plex.item(sound)
    plex.edit(sound, studio__value="S")


def test_a_poster_may_lock_its_field_and_be_encoded_anew(plex: Client) -> None:
    key = plex.add(title="poster")
    switch(plex, upload_locks=True, poster_recode=True)
    for _ in range(2):
        assert plex.ask("POST", f"/library/metadata/{key}/posters", body=PNG).status == 200
    _, ours = plex.get(f"/library/metadata/{key}/posters")["Metadata"]
    assert hashlib.sha1(PNG, usedforsecurity=False).hexdigest() not in ours["ratingKey"]
    assert ours["selected"]
    stored = plex.ask("GET", ours["key"]).body
    assert ours["ratingKey"].endswith(hashlib.sha1(stored, usedforsecurity=False).hexdigest())
    assert plex.item(key)["Field"] == [{"locked": True, "name": "thumb"}]


def test_posters_too_large_or_of_another_kind_are_refused(plex: Client) -> None:
    key = plex.add(title="refused")
    switch(plex, poster_max_bytes=1_000, poster_refused="gif,avif,bmp,tiff,jxl")
    path = f"/library/metadata/{key}/posters"
    answers = {kind: plex.ask("POST", path, body=start + b"x" * 100).status for kind, start in KINDS.items()}
    assert {kind for kind, status in answers.items() if status == 500} == {"gif", "avif", "bmp", "tiff", "jxl"}
    assert set(answers.values()) == {200, 500}
    assert plex.ask("POST", path, body=PNG + b"x" * 1_000).status == 500
    assert len(plex.get(path)["Metadata"]) == 1 + 3


def listed(plex: Client, key: str) -> bytes:
    return plex.ask("GET", f"/library/sections/1/all?id={key}").body


def test_half_a_letter_comes_out_as_the_byte_it_is(plex: Client) -> None:
    key = plex.add(title="Caf\udcc3", files=[{"path": "/media/a/Caf\udcc3.mp4"}])
    for body in (listed(plex, key), plex.ask("GET", f"/library/metadata/{key}").body):
        assert b'"title":"Caf\xc3"' in body
        assert b"/media/a/Caf\xc3.mp4" in body
        with pytest.raises(UnicodeDecodeError):
            body.decode()
    assert plex.dump(key)["title"] == "Caf\udcc3"
    plex.edit(key, title__value="Café")
    assert plex.dump(key)["title"] == "Café"
    plex.sim.control("DELETE", f"items/{key}")


def test_control_characters_may_stand_in_json_as_they_are(plex: Client) -> None:
    title = "a\x01b\x1f \\u0001 \\\x02"
    key = plex.add(title=title, summary="two\nlines", files=[{"path": "/media/a/control.mp4"}])
    assert json.loads(listed(plex, key))["MediaContainer"]["Metadata"][0]["title"] == title
    switch(plex, raw_controls=True)
    body = listed(plex, key)
    assert b"\x01" in body
    with pytest.raises(ValueError, match="control character"):
        json.loads(body)
    row: Any = json.loads(body, strict=False)["MediaContainer"]["Metadata"][0]
    assert (row["title"], row["summary"]) == (title, "two\nlines")
    plex.sim.control("DELETE", f"items/{key}")


def test_numbers_may_have_more_than_64_bits(plex: Client) -> None:
    files = [{"path": "/media/a/large.mp4", "size": 2**70, "duration": -(2**65)}]
    key = plex.add(title="large", updatedAt=2**66, files=files)
    row = plex.get(f"/library/sections/1/all?id={key}")["Metadata"][0]
    assert (row["updatedAt"], row["Media"][0]["Part"][0]["size"], row["duration"]) == (2**66, 2**70, -(2**65))
    plex.sim.control("DELETE", f"items/{key}")

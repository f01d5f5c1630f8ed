"""The hostile switches of the simulated Plex, each seen by a bare client."""

from __future__ import annotations

import asyncio
import hashlib
import json
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import trustme
import urllib3
from sim_plex_client import OWNER, RECORDED_LIBRARY, BarePlex, Stream, bare_plex, tags

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
def sim_client() -> Iterator[BarePlex]:
    with bare_plex() as client:
        yield client


@pytest.fixture
def plex(sim_client: BarePlex) -> Iterator[BarePlex]:
    yield sim_client
    sim_client.sim.control("POST", "switches/reset")


def switch(plex: BarePlex, **values: object) -> None:
    plex.sim.control("POST", "switches", values)


def genres(plex: BarePlex, key: str) -> list[str]:
    return tags(plex.item(key), "Genre")


@pytest.mark.parametrize("limit", [8_192, 16_384])
def test_a_proxy_refuses_a_request_line_above_its_limit(plex: BarePlex, limit: int) -> None:
    key = plex.add(title="proxy")
    switch(plex, proxy_line_bytes=limit)
    head = len(f"PUT /library/sections/1/all?type=1&id={key}&summary.value= HTTP/1.1")
    plex.edit(key, summary__value="x" * (limit - head))
    refusal = plex.edit(key, summary__value="x" * (limit - head + 1), status=414)
    assert (refusal.headers["Server"], b"nginx" in refusal.body) == ("nginx", True)
    assert len(plex.item(key)["summary"]) == limit - head


def test_adding_what_is_there_doubles_it(plex: BarePlex) -> None:
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
def test_one_form_of_removal_is_understood(plex: BarePlex, reading: str, sent: str, left: list[str]) -> None:
    key = plex.add(title="removal", Genre=["A ", "B,"])
    switch(plex, removals=reading)
    plex.edit(key, raw=f"genre[].tag.tag-={sent}")
    assert genres(plex, key) == left


def test_a_server_that_takes_one_name_a_request_takes_the_last(plex: BarePlex) -> None:
    key = plex.add(title="last", Genre=["A", "B"])
    switch(plex, removals="one")
    plex.edit(key, raw="genre[].tag.tag-=A&genre[].tag.tag-=B")
    assert genres(plex, key) == ["A"]


def test_a_rating_by_edit_is_ignored_where_only_rate_works(plex: BarePlex) -> None:
    key = plex.add(title="rating")
    switch(plex, ignored="userRating,label")
    plex.edit(key, raw="label[0].tag.tag=L", userRating__value="7", userRating__locked="1", studio__value="S")
    item = plex.item(key)
    assert (item.get("userRating"), item.get("Label"), item["studio"]) == (None, None, "S")
    plex.ask("PUT", f"/:/rate?key={key}&identifier=com.plexapp.plugins.library&rating=7")
    assert plex.item(key)["userRating"] == 7


def test_no_form_of_a_rating_is_taken(plex: BarePlex) -> None:
    key = plex.add(title="unrated")
    switch(plex, ignored="userRating", rate="ignored")
    plex.edit(key, userRating__value="7")
    plex.ask("PUT", f"/:/rate?key={key}&identifier=com.plexapp.plugins.library&rating=7")
    assert "userRating" not in plex.item(key)


def test_an_actor_comes_without_the_photo_that_was_sent(plex: BarePlex) -> None:
    key = plex.add(title="photo")
    photo = "actor[0].tag.tag=A&actor[0].tag.thumb=http%3A%2F%2Fstash%2Fa.jpg"
    switch(plex, photos="dropped")
    plex.edit(key, raw=photo)
    assert [(role["tag"], role.get("thumb")) for role in plex.item(key)["Role"]] == [("A", None)]
    switch(plex, photos="kept")
    plex.edit(key, raw=photo)
    assert plex.item(key)["Role"][0]["thumb"] == "http://stash/a.jpg"


def test_the_version_is_another_one_after_an_update(plex: BarePlex) -> None:
    switch(plex, version="2.0")
    assert [plex.ask("GET", path).json()["version"] for path in ("/identity", "/")] == ["2.0", "2.0"]


def test_small_edits_leave_updated_at_alone(plex: BarePlex) -> None:
    key = plex.add(title="still", addedAt=1_000)
    switch(plex, still_fields="userRating,label,collection")
    plex.edit(key, raw="label[0].tag.tag=L&label.locked=1&collection[0].tag.tag=C", userRating__value="7")
    assert (plex.item(key)["updatedAt"], plex.item(key)["userRating"]) == (1_000, 7)
    plex.edit(key, raw="label[0].tag.tag=M", studio__value="S")
    assert plex.item(key)["updatedAt"] > time.time() - 60


@pytest.mark.parametrize("status", [500, 503, 429])
def test_no_edit_is_taken_while_all_else_works(plex: BarePlex, status: int) -> None:
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
def test_one_value_is_refused_and_takes_its_edit_along(plex: BarePlex, status: int) -> None:
    key = plex.add(title="value")
    switch(plex, refuse_value="originallyAvailableAt.value=1899|tag=Bad & Ugly$", refuse_status=status)
    plex.edit(key, originallyAvailableAt__value="1899-01-01", studio__value="S", status=status)
    plex.edit(key, raw="genre[0].tag.tag=" + quote("Bad & Ugly"), status=status)
    assert "studio" not in plex.item(key)
    plex.edit(key, originallyAvailableAt__value="1999-01-01", studio__value="S")


def test_a_refused_edit_may_say_more_on_its_page(plex: BarePlex) -> None:
    key = plex.add(title="locked")
    switch(plex, edit_status=500, edit_words="database is locked")
    answer = plex.ask("PUT", f"/library/sections/1/all?type=1&id={key}&title.value=T")
    assert (answer.status, b"500 Internal Server Error</h1>database is locked" in answer.body) == (500, True)


def test_one_item_is_broken_for_reads_for_listings_or_for_edits(plex: BarePlex) -> None:
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


def test_a_poster_may_lock_its_field_and_be_encoded_anew(plex: BarePlex) -> None:
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


def test_posters_too_large_or_of_another_kind_are_refused(plex: BarePlex) -> None:
    key = plex.add(title="refused")
    switch(plex, poster_max_bytes=1_000, poster_refused="gif,avif,bmp,tiff,jxl")
    path = f"/library/metadata/{key}/posters"
    answers = {kind: plex.ask("POST", path, body=start + b"x" * 100).status for kind, start in KINDS.items()}
    assert {kind for kind, status in answers.items() if status == 500} == {"gif", "avif", "bmp", "tiff", "jxl"}
    assert set(answers.values()) == {200, 500}
    assert plex.ask("POST", path, body=PNG + b"x" * 1_000).status == 500
    assert len(plex.get(path)["Metadata"]) == 1 + 3


def listed(plex: BarePlex, key: str) -> bytes:
    return plex.ask("GET", f"/library/sections/1/all?id={key}").body


def test_half_a_letter_comes_out_as_the_byte_it_is(plex: BarePlex) -> None:
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


def test_control_characters_may_stand_in_json_as_they_are(plex: BarePlex) -> None:
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


def test_numbers_may_have_more_than_64_bits(plex: BarePlex) -> None:
    files = [{"path": "/media/a/large.mp4", "size": 2**70, "duration": -(2**65)}]
    key = plex.add(title="large", updatedAt=2**66, files=files)
    row = plex.get(f"/library/sections/1/all?id={key}")["Metadata"][0]
    assert (row["updatedAt"], row["Media"][0]["Part"][0]["size"], row["duration"]) == (2**66, 2**70, -(2**65))
    plex.sim.control("DELETE", f"items/{key}")


def test_a_listing_names_its_part_or_is_refused(plex: BarePlex) -> None:
    key, other = plex.add(title="paged"), plex.add(title="paged too")
    switch(plex, paging_required=True)
    item = f"/library/metadata/{key}"
    paths = ["/library/sections", "/library/sections/1/all", f"{item},{other}", f"{item}/posters", f"{item}/children"]
    for path in paths[:4]:
        assert plex.ask("GET", path).status == 400
        assert plex.ask("GET", path, X_Plex_Container_Size="5").status == 400
        assert plex.ask("GET", path, X_Plex_Container_Size="5", X_Plex_Container_Start="0").status == 200
        both = ("&" if "?" in path else "?") + "X-Plex-Container-Start=0&X-Plex-Container-Size=5"
        assert plex.ask("GET", path + both).status == 200
    assert plex.ask("GET", paths[4]).status == 400
    assert plex.ask("GET", item).status == 200


@pytest.mark.parametrize("what", ["rows", "items", "pictures"])
def test_an_answer_may_hold_fewer_rows_than_asked(plex: BarePlex, what: str) -> None:
    keys = [plex.add(title=f"fewer {number}") for number in range(3)]
    for content in (b"1", b"2"):
        plex.ask("POST", f"/library/metadata/{keys[0]}/posters", body=content)
    switch(plex, max_page=2)
    paths = {"rows": f"sections/1/all?id={','.join(keys)}", "items": f"metadata/{','.join(keys)}?"}
    path = "/library/" + paths.get(what, f"metadata/{keys[0]}/posters?")
    seen: list[str] = []
    while len(seen) < 3:
        page = plex.get(f"{path}&X-Plex-Container-Start={len(seen)}&X-Plex-Container-Size=100")
        assert (page["totalSize"], page["offset"], page["size"]) == (3, len(seen), len(page["Metadata"]))
        assert 0 < page["size"] <= 2
        seen += [row["ratingKey"] for row in page["Metadata"]]
    assert len(set(seen)) == 3


def test_attributes_may_be_left_out(plex: BarePlex) -> None:
    key = plex.add(title="left out")
    switch(plex, omit="offset,totalSize,size,updatedAt,summary")
    for path in (f"/library/sections/1/all?id={key}", f"/library/metadata/{key}?", f"/library/metadata/{key}/posters?"):
        reply = plex.ask("GET", f"{path}&X-Plex-Container-Start=0&X-Plex-Container-Size=9")
        page = reply.json()
        assert len(page["Metadata"]) == 1
        assert not {"offset", "totalSize", "size"} & page.keys()
        assert not [name for name in reply.headers if name.startswith("X-Plex-Container")]
        assert not {"updatedAt", "summary"} & page["Metadata"][0].keys()
    assert plex.item(key)["Media"][0]["Part"][0]["size"] == 10
    assert "updatedAt" not in plex.get("/library/sections")["Directory"][0]


def test_a_row_is_shown_as_it_is_told_to_be(plex: BarePlex) -> None:
    key = plex.add(title="shown", Genre=["A"])
    plex.sim.control("POST", f"items/{key}/shown", {"values": {"title": 5, "Media": None}, "absent": ["addedAt"]})
    for path in (f"/library/sections/1/all?id={key}", f"/library/metadata/{key}"):
        row = plex.get(path)["Metadata"][0]
        assert (row["title"], row["Media"], "addedAt" in row) == (5, None, False)
    assert plex.dump(key)["title"] == "shown"
    plex.sim.control("POST", f"items/{key}/shown", {})
    assert plex.item(key)["title"] == "shown"


def test_odd_items_stand_beside_the_others_in_json_and_xml(plex: BarePlex) -> None:
    keys = plex.sim.control("POST", "items/odd", {"section": "1"})["ratingKeys"]
    rows = plex.ask("GET", f"/library/sections/1/all?id={','.join(keys)}").body
    odd = json.loads(rows.decode("utf-8", "replace"), strict=False)["MediaContainer"]["Metadata"]
    assert len(odd) == len(keys)
    assert {None, 5} < {row["title"] for row in odd}
    assert 2**66 in [row["addedAt"] for row in odd]
    assert plex.ask("GET", f"/library/metadata/{','.join(keys)}", accept="*/*").status == 200
    assert plex.get(f"/library/sections/1/all?id={plex.add(title='sound beside odd')}")["size"] == 1
    for key in keys:
        plex.sim.control("DELETE", f"items/{key}")


def test_too_many_requests_in_a_second_are_told_to_wait(plex: BarePlex) -> None:
    switch(plex, requests_per_second=3, retry_after=1)
    refusals = [plex.ask("GET", "/identity") for _ in range(5)][3:]
    assert [(one.status, one.headers["Retry-After"]) for one in refusals] == [(429, "1")] * 2
    time.sleep(1.1)
    assert plex.ask("GET", "/identity").status == 200


def test_an_answer_may_end_its_connection(plex: BarePlex) -> None:
    assert plex.ask("GET", "/identity").headers.get("Connection") is None
    switch(plex, close_connections=True)
    assert plex.ask("GET", "/identity").headers["Connection"] == "close"
    assert plex.ask("GET", "/identity").status == 200


def test_an_edit_may_take_its_time_and_more_for_each_item(plex: BarePlex) -> None:
    keys = [plex.add(title=f"slow {number}") for number in range(3)]
    switch(plex, edit_ms=50, edit_item_ms=50)
    began = time.monotonic()
    plex.edit(",".join(keys), studio__value="S")
    assert 0.2 <= time.monotonic() - began < 1.0


def test_reads_and_listings_lag_behind_an_edit(plex: BarePlex) -> None:
    key = plex.add(title="lag", Genre=["A"], updatedAt=1_000)
    switch(plex, lag_ms=400)
    plex.edit(key, raw="genre[0].tag.tag=B&genre.locked=1", studio__value="S")
    before = plex.item(key)
    assert (before.get("studio"), before.get("Field"), before["updatedAt"]) == (None, None, 1_000)
    assert tags(before, "Genre") == ["A"]
    assert "studio" not in plex.get(f"/library/sections/1/all?id={key}")["Metadata"][0]
    assert plex.dump(key)["studio"] == "S"
    plex.edit(key, studio__value="T")
    assert "studio" not in plex.item(key)
    time.sleep(0.5)
    after = plex.item(key)
    assert (after["studio"], tags(after, "Genre")) == ("T", ["A", "B"])


def test_a_server_without_an_owner_needs_no_token(plex: BarePlex) -> None:
    stranger = BarePlex(plex.sim, token="")
    assert stranger.ask("GET", "/library/sections").status == 401
    switch(plex, token_needed=False)
    assert stranger.get("/library/sections")["size"] == 2
    assert plex.get("/identity")["claimed"] is False
    stranger.close()


def test_the_named_set_turns_on_all_that_go_together(plex: BarePlex) -> None:
    plex.sim.control("POST", "hostile", {"odd_items": False})
    key = plex.add(title="all of it", Genre=["A"])
    assert plex.ask("GET", "/library/sections").status == 400
    plex.edit(key, raw="genre[0].tag.tag=A", userRating__value="7")
    time.sleep(0.35)
    item = plex.item(key)
    assert (tags(item, "Genre"), item.get("userRating"), "updatedAt" in item) == (["A", "A"], None, False)


def test_the_options_of_the_command_line_turn_it_on_as_well() -> None:
    with start_plex(library=RECORDED_LIBRARY, token=OWNER, hostile=True, removals="plain") as sim:
        plex = BarePlex(sim)
        dump = sim.control("GET", "dump")
        assert len(dump["sections"][0]["items"]) > 10
        assert dump["sections"][1]["items"] == []
        key = plex.add(title="plain", Genre=["A B"])
        plex.edit(key, raw="genre[].tag.tag-=A%20B")
        assert plex.dump(key)["Genre"] == []
        plex.close()


async def first_of_websocket(plex: BarePlex, key: str) -> Any:
    address = f"{plex.sim.url}/:/websockets/notifications?X-Plex-Token={OWNER}"
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as channel:
        await asyncio.to_thread(plex.edit, key, studio__value="S")
        return await channel.receive_json(timeout=5)


def test_only_the_websocket_tells_of_anything_or_is_there_at_all(plex: BarePlex) -> None:
    key = plex.add(title="websocket")
    switch(plex, events="pings", ping_ms=50)
    stream = Stream(plex)
    assert asyncio.run(first_of_websocket(plex, key))["NotificationContainer"]["type"] == "timeline"
    assert {kind for kind, _ in stream.within(0.3)} == {"ping"}
    stream.end(plex)
    switch(plex, events="websocket")
    assert plex.ask("GET", "/:/eventsource/notifications").status == 404
    assert asyncio.run(first_of_websocket(plex, key))


def test_the_event_stream_may_know_some_kinds_only(plex: BarePlex) -> None:
    key = plex.add(title="kinds")
    switch(plex, stream_kinds="activity,playing")
    stream = Stream(plex)
    plex.edit(key, studio__value="S")
    plex.ask("POST", f"/library/metadata/{key}/posters", body=PNG)
    assert {kind for kind, _ in stream.within(0.3)} == {"activity"}
    stream.end(plex)


def test_one_port_speaks_http_and_https_until_http_is_cut(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    cert, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    issued.private_key_pem.write_to_path(private)
    cert.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with (
        start_plex(library=RECORDED_LIBRARY, token=OWNER, tls_cert=cert, tls_key=private) as sim,
        urllib3.PoolManager(retries=False, timeout=10, ssl_context=trust) as pool,
    ):
        secure = sim.url.replace("http://", "https://") + "/identity"
        assert [pool.request("GET", url).status for url in (sim.url + "/identity", secure)] == [200, 200]
        sim.control("POST", "switches", {"secure_required": True})
        assert pool.request("GET", secure).status == 200
        with pytest.raises(urllib3.exceptions.ProtocolError):
            pool.request("GET", sim.url + "/identity")


def test_an_edit_that_names_an_unknown_item_may_change_none(plex: BarePlex) -> None:
    key = plex.add(title="partial")
    plex.edit(f"{key},999999", studio__value="S")
    switch(plex, partial_edit=False)
    plex.edit(f"{key},999999", studio__value="T", status=404)
    assert plex.item(key)["studio"] == "S"


def test_an_emptied_collection_may_stay(plex: BarePlex) -> None:
    key = plex.add(title="member", Collection=["Kept"])
    switch(plex, keep_empty_collections=True)
    plex.edit(key, raw="collection[].tag.tag-=Kept")
    rows = plex.get("/library/sections/1/collections")["Metadata"]
    assert [row["childCount"] for row in rows if row["title"] == "Kept"] == ["0"]


def test_plex_itself_limits_addresses_and_ids(plex: BarePlex) -> None:
    keys = ",".join(plex.add(title=f"limit {number}") for number in range(3))
    switch(plex, max_edit_ids=2)
    plex.edit(keys, studio__value="S", status=400)
    switch(plex, max_url_bytes=100)
    refusal = plex.edit(keys, summary__value="x" * 100, status=414)
    assert b"nginx" not in refusal.body
    assert refusal.headers["X-Plex-Protocol"] == "1.0", "it is Plex's own answer"


def test_pictures_ratings_and_plays_move_updated_at_or_not(plex: BarePlex) -> None:
    key = plex.add(title="moves", addedAt=1_000)
    switch(plex, poster_moves_updated=False)
    plex.ask("POST", f"/library/metadata/{key}/posters", body=PNG)
    plex.ask("PUT", f"/:/rate?key={key}&rating=7")
    plex.ask("PUT", f"/:/scrobble?key={key}")
    assert plex.item(key)["updatedAt"] == 1_000
    for moves, path in (("rating_moves_updated", "/:/rate?rating=8&"), ("watching_moves_updated", "/:/scrobble?")):
        other = plex.add(title=moves, addedAt=1_000)
        switch(plex, **{moves: True})
        plex.ask("PUT", f"{path}key={other}")
        assert plex.item(other)["updatedAt"] > 1_000

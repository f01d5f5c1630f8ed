"""Tests that state what Plex does: against the simulated server, or by ``--plex-url`` against a real one.

On a real server they make a library of their own from the folder ``--plex-media`` and touch nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from own_library import LEAST, OwnLibrary, own_library

from plexsync.domain.errors import ItemGone, ItemRejected
from plexsync.domain.model import Artwork, Base, Change, Field, Item, Plan, Value, Why
from plexsync.domain.text import fold
from plexsync.plex import artwork, library
from plexsync.plex.edits import Edit, Piece, encode, send
from plexsync.plex.exchange import Ask
from plexsync.usecases.probe.writing.pictures import PICTURES
from plexsync_simulators.process import start_plex
from plexsync_simulators.rig import TOKEN

LAG_SECONDS = 5.0


@pytest.fixture(scope="module")
def plex(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnLibrary]:
    url, token, media = (request.config.getoption(f"--plex-{name}") for name in ("url", "token", "media"))
    with contextlib.ExitStack() as opened:
        if not url:
            folder = tmp_path_factory.mktemp("media")
            for number in range(LEAST):
                (folder / f"Film {number}.mp4").write_bytes(b"no video")
            process = opened.enter_context(start_plex(token=TOKEN, scan_ms=0))
            url, token, media = process.url, TOKEN, str(folder)
        yield opened.enter_context(own_library(url, token, media))


def item_of(plex: OwnLibrary, key: str, shows: Callable[[Item], bool] = lambda _: True) -> Item:
    """Read an item until it shows something: a read may be old for a moment (docs/engineering/plex.md §6)."""
    until = time.monotonic() + LAG_SECONDS
    while True:
        item = library.items(plex.client, [key])[key]
        if shows(item) or time.monotonic() > until:
            return item
        time.sleep(0.2)


def write(plex: OwnLibrary, key: str, of: Field, after: Value, why: Why = Why.UPDATE) -> Item:
    before = item_of(plex, key).fields[of]
    plan = Plan(1, key, plex.section_id, (Change(of, before, after, why),), (), Base())
    for edit in encode([plan]):
        send(plex.client, edit)
    return item_of(plex, key, lambda item: item.fields[of] == after)


TEXTS = [
    (Field.TITLE, "Ein Ärger & 100 % «mehr»"),
    (Field.SORT_TITLE, "Arger"),
    (Field.SUMMARY, "First paragraph. Second? yes; a=b&c #d 日本語"),
    (Field.DATE, "2021-02-03"),
    (Field.STUDIO, "A, B + Sons / GmbH"),
]


@pytest.mark.parametrize(("of", "value"), TEXTS)
def test_a_text_arrives_and_is_locked(plex: OwnLibrary, of: Field, value: str) -> None:
    item = write(plex, plex.keys[0], of, value)
    assert item.fields[of] == value
    assert of in item.locked


@pytest.mark.parametrize("of", [Field.SUMMARY, Field.DATE, Field.STUDIO])
def test_an_empty_value_clears(plex: OwnLibrary, of: Field) -> None:
    write(plex, plex.keys[1], of, "2020-01-02" if of is Field.DATE else "Something")
    assert write(plex, plex.keys[1], of, "").fields[of] == ""


@pytest.mark.parametrize("of", [Field.GENRES, Field.DIRECTORS, Field.COLLECTIONS, Field.ACTORS])
def test_names_arrive_and_go(plex: OwnLibrary, of: Field) -> None:
    key, names = plex.keys[0], ("PlexSync contract A", "PlexSync contract B")

    def shown(item: Item) -> set[str]:
        return set(map(fold, item.fields[of]))

    assert shown(write(plex, key, of, names)) == set(map(fold, names))
    assert shown(write(plex, key, of, ())) == set()


def test_a_lock_alone_leaves_the_value(plex: OwnLibrary) -> None:
    before = item_of(plex, plex.keys[2]).fields[Field.TITLE]
    after = write(plex, plex.keys[2], Field.TITLE, before, Why.LOCK)
    assert after.fields[Field.TITLE] == before
    assert Field.TITLE in after.locked


def test_one_request_changes_exactly_the_items_it_names(plex: OwnLibrary) -> None:
    first, second, third = plex.keys[:3]
    for key in plex.keys[:3]:
        write(plex, key, Field.STUDIO, "Before")
    send(plex.client, Edit(plex.section_id, (first, second), (Piece(Field.STUDIO, "studio.value=Shared"),)))
    assert item_of(plex, second, lambda item: item.fields[Field.STUDIO] == "Shared").fields[Field.STUDIO] == "Shared"
    assert item_of(plex, first).fields[Field.STUDIO] == "Shared"
    assert item_of(plex, third).fields[Field.STUDIO] == "Before"


def test_an_unknown_item_is_left_out_among_others_and_404_alone(plex: OwnLibrary) -> None:
    assert set(library.items(plex.client, [plex.keys[0], "999999999"])) == {plex.keys[0]}
    with pytest.raises(ItemGone):
        plex.client.get("/library/metadata/999999999", item="999999999")


def test_a_bad_date_is_refused(plex: OwnLibrary) -> None:
    path, query = f"/library/sections/{plex.section_id}/all", f"type=1&id={plex.keys[0]}"
    found = plex.client.exchange(Ask("PUT", path, f"{query}&originallyAvailableAt.value=nonsense"))
    assert found.status in {400, 500}


def test_an_unknown_field_is_refused(plex: OwnLibrary) -> None:
    with pytest.raises(ItemRejected):
        send(plex.client, Edit(plex.section_id, (plex.keys[0],), (Piece(Field.TITLE, "nonsense.value=1"),)))


def test_a_picture_is_named_by_its_hash_and_selected(plex: OwnLibrary) -> None:
    path, headers = f"/library/metadata/{plex.keys[0]}/posters", {"Content-Type": "image/png"}
    assert plex.client.exchange(Ask("POST", path, body=PICTURES["png"], headers=headers)).is_well
    name = artwork.upload_name(Artwork.POSTER, hashlib.sha1(PICTURES["png"], usedforsecurity=False).hexdigest())
    until = time.monotonic() + LAG_SECONDS
    while name not in (there := uploads(plex)) and time.monotonic() < until:
        time.sleep(0.2)
    assert there[name], "it is selected"


def uploads(plex: OwnLibrary) -> dict[str, bool]:
    """The pictures of the first item, and whether each is selected."""
    return {one.key: one.selected for one in artwork.all_present(plex.client, plex.keys[0], Artwork.POSTER)}


def test_the_listing_names_every_file_once(plex: OwnLibrary) -> None:
    section = next(one for one in library.sections(plex.client) if one.id == plex.section_id)
    rows = [row for page in library.listing(plex.client, section, page=2) for row in page.items]
    paths = [part.path for row in rows for part in row.parts]
    assert len(paths) == len(set(paths)) >= LEAST
    assert all(Path(path).suffix for path in paths)

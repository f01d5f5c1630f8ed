"""Claims on items by a person's word, also where Plex gave an item a new key."""

from __future__ import annotations

from dataclasses import replace

from plexsync.domain.match import Located, decide
from plexsync.domain.model import Verdict
from plexsync.domain.person.decisions import Choice, Places, Says, claims_by

PLACES = Places({"7": ("/a", "/b"), "8": ("/a",)}, {"7": "1", "8": "2"}, {"1", "2"})
BOTH = {"7": frozenset({1, 2}), "8": frozenset({1})}
CHOSEN = Choice(1, Says.CHOSEN, "7", "1", "/a", 5.0)
UNLINKED = Choice(1, Says.UNLINKED, "8", "2", "/a", 5.0)


def claims(*choices: Choice, places: Places = PLACES, of: dict[str, frozenset[int]] = BOTH) -> dict[str, set[int]]:
    return {item: set(scenes) for item, scenes in claims_by(choices, of, places).scenes.items()}


def test_without_a_word_all_that_have_a_file_claim_it() -> None:
    assert claims() == {"7": {1, 2}, "8": {1}}


def test_a_chosen_scene_has_the_item_alone_and_the_other_one_is_told_whose_it_is() -> None:
    found = claims_by([CHOSEN], BOTH, PLACES)
    assert found.scenes["7"] == {1}
    assert (found.decided[1, "7"].code, dict(found.decided[1, "7"].data)) == (
        "item_chosen",
        {"item": "7", "scenes": "2"},
    )
    assert (found.decided[2, "7"].code, found.decided[2, "7"].data["scenes"]) == ("item_given", "1")


def test_an_unlinked_scene_leaves_the_item_to_the_others() -> None:
    assert claims(replace(UNLINKED, rating_key="7", section_id="1")) == {"7": {2}, "8": {1}}
    assert claims(UNLINKED)["8"] == set()


def test_of_two_scenes_the_newer_choice_counts_and_its_end_brings_back_the_older_one() -> None:
    other = Choice(2, Says.CHOSEN, "7", "1", "/b", 9.0)
    assert claims(CHOSEN, other)["7"] == {2}
    assert claims(CHOSEN)["7"] == {1}


def test_a_scene_without_a_file_in_the_item_has_no_say() -> None:
    assert claims(replace(CHOSEN, scene_id=3))["7"] == {1, 2}


def test_a_new_key_is_known_by_the_file_within_the_library() -> None:
    """Plex gave the item of /a and /b the key 9; the one of /a in the other library is another one."""
    places = Places({"9": ("/a", "/b"), "8": ("/a",)}, {"9": "1", "8": "2"}, {"1", "2"})
    of = {"9": frozenset({1, 2}), "8": frozenset({1})}
    assert claims(CHOSEN, places=places, of=of) == {"9": {1}, "8": {1}}
    assert claims(replace(UNLINKED, rating_key="7", section_id="1"), places=places, of=of) == {"9": {2}, "8": {1}}


def test_the_item_that_was_meant_is_not_confused_with_another_one_of_the_same_file() -> None:
    """As long as the item that was unlinked is there, its file in a second one means nothing."""
    places = Places({"7": ("/a",), "9": ("/a",)}, {"7": "1", "9": "1"}, {"1"})
    of = {"7": frozenset({1}), "9": frozenset({1})}
    assert claims(replace(UNLINKED, rating_key="7", section_id="1"), places=places, of=of) == {"7": set(), "9": {1}}


def test_a_library_made_anew_changes_nothing() -> None:
    places = Places({"9": ("/a", "/b")}, {"9": "5"}, {"5"})
    assert claims(CHOSEN, places=places, of={"9": frozenset({1, 2})}) == {"9": {1}}


def test_an_item_of_another_server_is_known_by_its_file_alone() -> None:
    assert claims(replace(CHOSEN, rating_key="", section_id=""))["7"] == {1}


def test_a_scene_whose_only_item_was_declined_is_not_missing() -> None:
    at = Located("/data/a", "/a", "/a", in_library=True, rating_keys=("7",), size=1, part_sizes=(1,))
    decided = claims_by([CHOSEN], BOTH, PLACES).decided
    mine = decide(2, [at], {}, {"7": decided[2, "7"]})
    assert (mine.verdict, mine.rating_keys) == (Verdict.DECLINED, ())
    assert [reason.code for reason in mine.reasons] == ["file_found", "item_given"]
    chosen = decide(1, [at], {"7": frozenset({1})}, {"7": decided[1, "7"]})
    assert (chosen.verdict, chosen.rating_keys) == (Verdict.LINKED, ("7",))

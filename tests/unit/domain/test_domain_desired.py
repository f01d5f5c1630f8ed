"""From a scene to what Plex ought to show."""

from __future__ import annotations

from dataclasses import fields, replace
from unicodedata import is_normalized, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexsync.domain.desired import Rules, desire, fingerprint, photo_base, rules_print
from plexsync.domain.model import LIST_FIELDS, Entity, Field, Policy, Scene, SceneFile, Value
from plexsync.domain.settings import resolve
from plexsync.domain.text import clean_line, clean_paragraphs, fold, unique
from plexsync_simulators.shared.json_type import Json

RULES = Rules(dict.fromkeys(Field, Policy.MERGE))
LONG = "é" * 5_000
NAMES = ["Smith, Jr.", 'The "Other" one', "😀 fun", "naïve", "a;b", "50% off & more", LONG]


def value(scene: Scene, of: Field, rules: Rules = RULES) -> Value:
    return desire(scene, rules).fields[of]


def entities(*names: str) -> tuple[Entity, ...]:
    return tuple(Entity(number, name) for number, name in enumerate(names, 1))


def test_an_empty_scene_wants_every_field_empty() -> None:
    desired = desire(Scene(3), RULES)
    assert desired.scene_id == 3
    assert desired.stem == ""
    assert {of: value for of, value in desired.fields.items() if value} == {}
    assert desired.fields.keys() == set(Field)
    assert all(isinstance(value, tuple) is (of in LIST_FIELDS) for of, value in desired.fields.items())


def test_a_field_that_is_off_is_absent() -> None:
    rules = Rules({**RULES.policies, Field.RATING: Policy.OFF, Field.ACTORS: Policy.OFF}, photo_base="http://stash")
    desired = desire(Scene(1, performers=entities("Ann")), rules)
    assert desired.fields.keys() == set(Field) - {Field.RATING, Field.ACTORS}
    assert desired.photos == {}


@pytest.mark.parametrize(
    ("title", "sort_title"),
    [
        ("The Red Fox", "Red Fox"),
        ("an apple", "apple"),
        ("A Day", "Day"),
        ("A", "A"),
        ("The ", "The"),
        ("Theory", "Theory"),
        ("Die Tür", "Die Tür"),
        ("The The", "The"),
    ],
)
def test_a_sort_title_lacks_the_article(title: str, sort_title: str) -> None:
    assert value(Scene(1, title=title), Field.SORT_TITLE) == sort_title


def test_a_title_is_one_clean_line() -> None:
    title = f" {normalize('NFD', 'Été')}\t à\x00 la\u00a0\n plage \ud800"
    assert value(Scene(1, title=title), Field.TITLE) == "Été à la plage"


def test_a_title_of_control_characters_is_none() -> None:
    assert value(Scene(1, title="\x00\x1f \u2028"), Field.TITLE) == ""


def test_f19_paragraphs_survive() -> None:
    details = "  One\x07 line\r\nand\ttwo.\r\n\r\n\r\nNext\u2029Last \n\n"
    assert value(Scene(1, details=details), Field.SUMMARY) == "One line\nand two.\n\nNext\n\nLast"


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("2024", "2024-01-01"),
        ("2024-05", "2024-05-01"),
        ("2024-05-31", "2024-05-31"),
        ("2024-02-30", ""),
        ("2024-13", ""),
        ("0000", ""),
        ("yesterday", ""),
        ("2024-5-1", ""),
        ("٢٠٢٤", ""),
        ("2024-05-31T10:00:00Z", ""),
        ("", ""),
    ],
)
def test_a_date_is_a_day_or_nothing(date: str, day: str) -> None:
    assert value(Scene(1, date=date), Field.DATE) == day


@pytest.mark.parametrize(
    ("rating100", "rating"), [(85, "8.5"), (80, "8"), (100, "10"), (1, "0.1"), (73, "7.3"), (None, ""), (0, "")]
)
def test_a_rating_is_of_ten(rating100: int | None, rating: str) -> None:
    assert value(Scene(1, rating100=rating100), Field.RATING) == rating


def test_names_pass_unharmed() -> None:
    scene = Scene(1, performers=entities(*NAMES), tags=entities(*NAMES), groups=entities(*NAMES))
    for of in (Field.ACTORS, Field.GENRES, Field.COLLECTIONS):
        assert value(scene, of) == tuple(NAMES)


def test_performers_keep_their_order_and_come_once() -> None:
    performers = entities("Zoe", "ann", " Zoe ", "", "ANN", normalize("NFD", "Éva"), "éva")
    assert value(Scene(1, performers=performers), Field.ACTORS) == ("Zoe", "ann", "Éva")


def test_left_out_tags_do_not_become_genres() -> None:
    rules = Rules.from_settings(resolve({}, {"exclude_tags": " éTÉ; Noir, French"}, {}), "http://stash")
    scene = Scene(1, tags=entities(normalize("NFD", "Été"), "Noir, French", "Noir", "French"))
    assert value(scene, Field.GENRES, rules) == ("Noir", "French")


@pytest.mark.parametrize(
    ("director", "names"),
    [
        ("A. Smith", ("A. Smith",)),
        ("A. Smith, B. Jones", ("A. Smith", "B. Jones")),
        ("A. Smith; B. Jones ;", ("A. Smith", "B. Jones")),
        ("A. Smith, Jr., B. Jones III", ("A. Smith, Jr.", "B. Jones III")),
        ("Jones & Co", ("Jones & Co",)),
        ("Jr.", ("Jr.",)),
        (", ,", ()),
        ("Ann, ann", ("Ann",)),
    ],
)
def test_one_text_may_be_several_directors(director: str, names: tuple[str, ...]) -> None:
    assert value(Scene(1, director=director), Field.DIRECTORS) == names


@pytest.mark.parametrize(
    ("sources", "names"),
    [({"groups"}, ("Trilogy", "Box")), ({"studio"}, ("Acme",)), ({"groups", "studio"}, ("Trilogy", "Box", "Acme"))],
)
def test_collections_come_from_the_chosen_sources(sources: set[str], names: tuple[str, ...]) -> None:
    scene = Scene(1, studio=Entity(1, "Acme"), groups=entities("Trilogy", "Box"))
    assert value(scene, Field.COLLECTIONS, replace(RULES, collection_sources=frozenset(sources))) == names
    assert value(scene, Field.STUDIO) == "Acme"


def test_labels() -> None:
    rules = replace(RULES, label_all="Stash", label_organized="Done")
    assert value(Scene(1), Field.LABELS, rules) == ("Stash",)
    assert value(Scene(1, organized=True), Field.LABELS, rules) == ("Stash", "Done")
    assert value(Scene(1, organized=True), Field.LABELS) == ()


def test_photos_are_addresses_of_performers() -> None:
    settings = resolve({}, {"actor_photos": True}, {})
    rules = Rules.from_settings(settings, "http://stash:9999/")
    performers = (Entity(7, "Ann"), Entity(9, "Bob"), Entity(11, "ann"))
    photos = {"Ann": "http://stash:9999/performer/7/image", "Bob": "http://stash:9999/performer/9/image"}
    assert desire(Scene(1, performers=performers), rules).photos == photos
    assert desire(Scene(1, performers=performers), RULES).photos == {}


@pytest.mark.parametrize(
    ("plex", "told", "base"),
    [
        ("http://192.168.1.5:32400", "", ""),
        ("http://127.0.0.1:32400", "", "http://localhost:9999"),
        ("http://192.168.1.5:32400", "http://192.168.1.6:9999", "http://192.168.1.6:9999"),
        ("http://127.0.0.1:32400", "http://192.168.1.6:9999", "http://192.168.1.6:9999"),
    ],
)
def test_an_address_that_means_this_machine_is_none_for_a_plex_elsewhere(plex: str, told: str, base: str) -> None:
    settings = resolve({}, {"actor_photos": True, "plex_url": plex, "photo_url": told}, {})
    assert photo_base(settings, "http://localhost:9999/") == base
    assert photo_base(settings, "http://stash:9999/") == (told or "http://stash:9999")


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("/data/a.b/My film.2019.mp4", "My film.2019"),
        ("D:\\data\\Film.mkv", "Film"),
        ("/data/back\\slash.mp4", "back\\slash"),
        ("/data/README", "README"),
        ("/data/.mp4", ".mp4"),
    ],
)
def test_the_stem_is_the_primary_files_name(path: str, stem: str) -> None:
    assert desire(Scene(1, files=(SceneFile(path, 1), SceneFile("/other.mp4", 2))), RULES).stem == stem


def test_settings_make_the_rules() -> None:
    rules = Rules.from_settings(resolve({}, {"label_all": "L", "collection_sources": "studio"}, {}), "http://stash")
    assert rules.policies[Field.LABELS] is Policy.OFF
    assert rules.policies[Field.TITLE] is Policy.MERGE
    assert (rules.label_all, rules.collection_sources, rules.photo_base) == ("L", frozenset({"studio"}), "")
    assert rules.lock
    assert not Rules.from_settings(resolve({}, {"leave_unlocked": True}, {}), "").lock


SCENE = Scene(1, title="T", performers=entities("A", "B"), files=(SceneFile("/a.mp4", 1),))


def test_a_fingerprint_is_stable() -> None:
    known = fingerprint(desire(SCENE, RULES), RULES)
    assert known == fingerprint(desire(replace(SCENE, updated_at="later"), RULES), RULES)
    assert known == "8ffa997308f27397ddaf2471d823de8c"


@pytest.mark.parametrize(
    "scene",
    [
        replace(SCENE, title="U"),
        replace(SCENE, performers=entities("B", "A")),
        replace(SCENE, files=(SceneFile("/b.mp4", 1),)),
    ],
)
def test_a_fingerprint_changes_with_the_scene(scene: Scene) -> None:
    assert fingerprint(desire(scene, RULES), RULES) != fingerprint(desire(SCENE, RULES), RULES)


@pytest.mark.parametrize(
    "rules",
    [
        replace(RULES, lock=False),
        replace(RULES, policies={**RULES.policies, Field.TITLE: Policy.STASH}),
        replace(RULES, policies={**RULES.policies, Field.TITLE: Policy.OFF}),
        replace(RULES, label_all="Stash"),
        replace(RULES, photo_base="http://stash"),
    ],
)
def test_f32_a_fingerprint_changes_with_the_settings(rules: Rules) -> None:
    assert fingerprint(desire(SCENE, rules), rules) != fingerprint(desire(SCENE, RULES), RULES)


@given(st.text())
def test_cleaning_is_final(text: str) -> None:
    for clean in (clean_line, clean_paragraphs, fold):
        assert clean(clean(text)) == clean(text)


@given(st.text())
def test_clean_text_can_be_sent(text: str) -> None:
    for cleaned in (clean_line(text), clean_paragraphs(text)):
        assert is_normalized("NFC", cleaned)
        assert cleaned == cleaned.strip()
        assert not any(ord(letter) < 32 and letter != "\n" for letter in cleaned)
        cleaned.encode()
    assert "\n" not in clean_line(text)


@given(st.text())
def test_names_that_look_the_same_are_the_same(text: str) -> None:
    assert fold(normalize("NFD", text)) == fold(normalize("NFC", text)) == fold(f" {text}\t")


@given(st.lists(st.text(max_size=3)))
def test_unique_keeps_one_of_each(names: list[str]) -> None:
    kept = unique(names)
    assert [fold(name) for name in kept] == list(dict.fromkeys(fold(name) for name in names if fold(name)))


@pytest.mark.parametrize("name", [one.name for one in fields(Rules)])
def test_another_rule_is_another_hash(name: str) -> None:
    other: Json = {
        "policies": {Field.TITLE: Policy.OFF},
        "collection_sources": frozenset({"groups", "studio"}),
        "exclude_tags": frozenset({"one", "two"}),
        "lock": False,
    }
    before = Rules({Field.TITLE: Policy.MERGE})
    after = replace(before, **{name: other.get(name, "x")})
    assert rules_print(before, ()) == rules_print(replace(before), ())
    assert rules_print(before, ()) != rules_print(after, ())

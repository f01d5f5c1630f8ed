"""The probe's edits: each names its item wherever a server may look for it, and none touches more than that item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import pytest

from plexsync.plex.client import encoded
from plexsync.usecases.probe.saved_item import SavedItem
from plexsync.usecases.probe.writing.edits import edit, put_back
from plexsync.usecases.probe.writing.trials import TRIALS, text_field

SUBJECT = {"section": "1", "item": "4711"}


def saved(date: str = "2001-02-03", year: int | None = 2001) -> SavedItem:
    return saved_with({"originallyAvailableAt": date, "year": year})


def saved_with(values: Mapping[str, Any]) -> SavedItem:
    return SavedItem.of({"ratingKey": "4711", "librarySectionID": 1, "type": "movie", **values}, {})


@pytest.mark.parametrize("in_body", [False, True])
def test_an_edit_names_its_item_in_the_query_and_in_a_body(in_body: bool) -> None:
    inquiry, values = edit("text", (("summary.value", "{item} & more"),), in_body=in_body)
    ask = inquiry.filled({**SUBJECT, **values}, encoded)
    told = [ask.query, ask.body.decode()] if in_body else [ask.query]
    for part in map(parse_qs, told):
        assert part["id"] == ["4711"]
        assert part["type"] == ["1"]
    assert parse_qs(told[-1])["summary.value"] == ["{item} & more"]


@pytest.mark.parametrize("in_body", [False, True])
def test_an_edit_without_an_item_cannot_be_made(in_body: bool) -> None:
    inquiry, values = edit("text", (("summary.value", "text"),), in_body=in_body)
    with pytest.raises(KeyError, match="item"):
        inquiry.filled({"section": "1", **values}, encoded)


def test_no_picture_is_sent_as_a_value() -> None:
    assert put_back(saved_with({"art": "/library/metadata/4711/art/5"}), ["thumb", "art", "studio"]) == (
        ("studio.value", ""),
    )


@pytest.mark.parametrize(
    ("item", "is_tried"),
    [(saved(), True), (saved(year=None), True), (saved(year=2000), False), (saved(date=""), False)],
)
def test_a_year_that_would_not_come_back_keeps_the_date_from_being_written(item: SavedItem, *, is_tried: bool) -> None:
    (date,) = (trial for trial in TRIALS if trial.name == "date")
    assert (date.lacks(item) == "") == is_tried


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, ""),
        ({"tagline": "One line."}, "tagline"),
        ({"summary": "Two\nlines.", "tagline": ""}, ""),
        ({"summary": "One line.", "tagline": "Another."}, "summary"),
    ],
)
def test_an_empty_text_is_left_alone(values: Mapping[str, Any], field: str) -> None:
    """Whether Plex takes an empty text is a question itself, so an empty one might not come back."""
    item = saved_with(values)
    assert text_field(item) == field
    lacking = {trial.name for trial in TRIALS if "empty" in trial.lacks(item)}
    assert lacking == (set() if field else {"text", "length", "body"})


@pytest.mark.parametrize(("name", "element"), [("names", "Genre"), ("actor", "Role")])
def test_a_list_with_a_name_twice_is_left_alone(name: str, element: str) -> None:
    """An actor with two roles: none of the forms of an edit surely gives both back."""
    (trial,) = (trial for trial in TRIALS if trial.name == name)
    once = [{"tag": "Once", "role": "One"}, {"tag": "Other", "role": "Two"}]
    assert trial.lacks(saved_with({element: once})) == ""
    assert "twice" in trial.lacks(saved_with({element: [*once, {"tag": "once", "role": "Three"}]}))

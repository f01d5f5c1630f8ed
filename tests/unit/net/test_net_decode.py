"""Servers' answers are taken as the type they ought to have, or not at all."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexsync.net.decode import (
    date_of,
    flag,
    has_half,
    key,
    misfit,
    read_json,
    read_marked_json,
    real,
    seconds,
    text,
    whole,
    whole_characters,
    whole_if_any,
)

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4),
    max_leaves=8,
)
READERS: dict[Callable[[object], object], type] = {text: str, whole: int, real: float, flag: bool, key: str}


@pytest.mark.parametrize("reader", READERS)
@given(value=ANY)
def test_a_reader_gives_its_type_or_says_what_is_wrong(reader: Callable[[object], object], value: Any) -> None:
    with contextlib.suppress(TypeError, ValueError):
        assert type(reader(value)) is READERS[reader]


def test_what_is_wrong_is_said_in_a_line() -> None:
    assert misfit(KeyError("Port")) == "'Port' is missing"
    assert misfit(TypeError("'NoneType' object is not iterable")) == "a value of another kind than it has to be"
    assert len(misfit(KeyError("x" * 1000))) <= 200


@given(value=ANY)
def test_what_was_read_can_be_kept_and_sent(value: Any) -> None:
    found = read_json(json.dumps(value).encode())
    json.dumps(found, ensure_ascii=False).encode()
    assert repr(whole_characters(found)) == repr(found)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb'"half \ud800 of one"', "half \ufffd of one"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (rb'{"\udfff": ["\ud800"]}', {"\ufffd": ["\ufffd"]}),
        (b'\xef\xbb\xbf"after a mark"', "after a mark"),
        (b'"Caf\xc3"', "Caf\ufffd"),
        (b'"\xed\xa0\x80"', "\ufffd\ufffd\ufffd"),
        (b'{"\xff": "a\x01b\nc\x00"}', {"\ufffd": "a\x01b\nc\x00"}),
    ],
)
def test_half_a_character_is_replaced(written: bytes, read: object) -> None:
    assert read_json(written) == read


def test_a_number_of_thousands_of_digits_costs_only_itself() -> None:
    many, beyond, fit = read_json(b"[" + b"9" * 5000 + b", 99999999999999999999999999, 7]")
    for number in (many, beyond):
        with pytest.raises((TypeError, ValueError)):
            whole(number)
        assert whole_if_any(number) == 0
    assert fit == 7


def test_half_a_letter_can_be_found_where_it_must_not_be_sent_back() -> None:
    broken, fine = read_marked_json(b'["Caf\xc3", "Caf\xc3\xa9"]')
    assert (has_half(broken), has_half(fine)) == (True, False)
    assert (text(broken), text(fine)) == ("Caf\ufffd", "Caf\u00e9")


@pytest.mark.parametrize(
    ("value", "moment"),
    [(1700000000, 1700000000), ("1700000000", 1700000000), (None, 0), (-1, 0), (10**12, 0), (2**70, 0), ([], 0)],
)
def test_a_moment_that_no_calendar_has_is_none(value: object, moment: int) -> None:
    assert seconds(value) == moment


@pytest.mark.parametrize("written", [b"", b"\xff", b"[" * 100_000, b'{"a":' * 100_000, b"{"])
def test_what_is_no_json_is_said_to_be_none(written: bytes) -> None:
    with pytest.raises(ValueError):
        read_json(written)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, True, 1.0, "1.0", "", " 1", "\u0663", None, float("inf")])
def test_what_sqlite_cannot_hold_as_a_whole_number_is_none(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        whole(value)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Mon, 01 Jan 2024 00:00:00 GMT", 1704067200.0),
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", None),
        ("", None),
        ("yesterday", None),
    ],
)
def test_a_date_header_is_read_or_says_nothing(header: str, seconds: float | None) -> None:
    assert date_of(header) == seconds

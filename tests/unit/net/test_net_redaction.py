"""A secret is masked in whatever form it stands; what only looks like a short one is left alone."""

from __future__ import annotations

import base64
import html
import json
import sys
from types import FrameType
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexsync.domain.settings import MASK
from plexsync.net.redaction import Redactor

KEYS = st.text("".join(map(chr, range(33, 127))), min_size=8, max_size=40)
ROUND = st.text("abcXYZ019 .:", max_size=7)


@given(KEYS, ROUND, ROUND)
def test_no_form_of_a_secret_is_left(secret: str, before: str, after: str) -> None:
    clean = Redactor([secret]).clean
    escaped = quote(secret, safe="")
    for form in (secret, escaped, quote(secret), quote_plus(secret), html.escape(secret), secret.encode().hex()):
        assert form not in clean(f"{before}{form}{after}")
    for form in (json.dumps(secret), repr(secret), repr({"key": secret}), ascii([secret])):
        assert form[1:-1] not in clean(f"{before}{form}{after}")
    text = base64.b64encode(f"{before}{secret}{after}".encode()).decode()
    left = clean(text).split(MASK)
    assert len(left) > 1
    assert len("".join(left)) <= 4 * (len(before) + len(after) + 4) // 3 + 4, "of the secret's own part nothing shows"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("token=abc", f"token={MASK}"),
        ("X-Plex-Token: abc, next", f"X-Plex-Token: {MASK}, next"),
        ("?X-Plex-Token=abc&a=b", f"?X-Plex-Token={MASK}&a=b"),
        ("key%3Dabc%26", f"key%3D{MASK}%26"),
        ("'abc'", f"'{MASK}'"),
        ("the abcess of dabce and cab", "the abcess of dabce and cab"),
        ("42abc 7", "42abc 7"),
    ],
)
def test_a_short_secret_tears_no_words(text: str, cleaned: str) -> None:
    assert Redactor(["abc"]).clean(text) == cleaned


def test_of_a_secret_that_holds_another_nothing_is_left() -> None:
    assert Redactor(["secret-one", "secret-one-and-more", ""]).clean("secret-one-and-more") == MASK


class Intruder:
    """Another thread that comes in before one of the interpreter's steps, and forgets all secrets."""

    def __init__(self, redactor: Redactor, place: int) -> None:
        self._redactor = redactor
        self._left = place

    def __call__(self, frame: FrameType, event: str, _: Any) -> Intruder:
        frame.f_trace_opcodes = frame.f_code is Redactor.clean.__code__
        if event == "opcode":
            self._left -= 1
            if self._left == 0:
                self._redactor.know([])
        return self


@pytest.mark.parametrize("place", range(1, 30))
def test_secrets_that_are_forgotten_while_a_text_is_cleaned_break_nothing(place: int) -> None:
    redactor, before = Redactor(["of-long-ago"]), sys.gettrace()
    sys.settrace(Intruder(redactor, place))
    try:
        cleaned = redactor.clean("key of-long-ago")
    finally:
        sys.settrace(before)
    assert cleaned in {"key of-long-ago", f"key {MASK}"}

"""Pseudonyms in texts: names go, PlexSync's own words stay, and equal names stay equal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plexsync.domain.advice import WORDS
from plexsync.usecases.pseudonyms.replacer import Replacer
from plexsync.usecases.pseudonyms.vocabulary import own_words

ALLOWED = own_words()
MARK = "qZuX"


def replacer(*names: str) -> Replacer:
    return Replacer(names, ALLOWED)


@pytest.mark.parametrize("words", sorted({text for pair in WORDS.values() for text in pair if text}))
def test_our_own_sentences_stay_as_they_are(words: str) -> None:
    plain = re.sub(r"\{\w+\}", "…", words)
    assert replacer().text(re.sub(r"192\.168\.\d+\.\d+", "…", plain)) == re.sub(r"192\.168\.\d+\.\d+", "…", plain)


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-30 01:02:03,456 INFO    agent 1.4.0 starts, process 4242\n",
        "Plex waiting (unreachable): Plex does not answer at http://127.0.0.1:32400 (Connection refused).",
        "The connection is not secure: certificate verify failed: self-signed certificate.",
        "Plex answers: version 1.41.0.8994-f2c27da23; Stash v0.28.1",
        '  File "plexsync/sync/batch.py", line 110, in _fail',
    ],
)
def test_what_helps_stays(line: str) -> None:
    assert replacer().text(line) == line


@pytest.mark.parametrize(
    "secret",
    [
        "192.168.1.5",
        "192.168.1.5.",
        "fe80::1ff:fe23:4567:890a",
        "2001:db8:0:0:0:0:2:1",
        "aa:bb:cc:dd:ee:ff",
        "nas-of-jane",
        "1987-05-17",
        "2097152",
        "Žižek",
        "☆彡",
        "jane@example.org",
    ],
)
def test_what_may_tell_of_a_person_goes(secret: str) -> None:
    told = replacer().text(f"Plex does not answer at http://{secret}:32400/library, {secret}.")
    assert secret.strip(".") not in told
    assert "Plex does not answer at http" in told


def test_a_name_of_ordinary_words_goes_as_a_whole_where_it_is_known() -> None:
    told = replacer("The agent ends", "Waiting for Plex").text("scene 17 (The Agent ends): waiting for Plex. The agent")
    first, second = re.findall(r"<s\d+ \S+#\d+>", told)
    assert told == f"scene 17 ({first}): {second}. The agent"
    assert first != second


def test_a_path_keeps_its_form_and_equal_parts_stay_equal() -> None:
    made = replacer("My films", "A day in May")
    stash = made.text("/data/My films/A day in May.mkv => none")
    plex = made.text("/media/My films/A day in May.mkv")
    folder, file = re.findall(r"<s\d+ \S+#\d+>", stash)
    assert stash == f"/data/{folder}/{file}.mkv => none"
    assert plex == f"/media/{folder}/{file}.mkv"


def test_titles_and_libraries_go_whatever_they_say() -> None:
    document = {"title": "Plex", "library": "Movies", "agent": {"alive": True, "pid": 3}, "text": ["Stash", 5, None]}
    told = replacer().document(document)
    assert told["agent"] == {"alive": True, "pid": 3}
    assert told["text"] == ["Stash", 5, None]
    assert told["title"].startswith("<s4 aA#")
    assert told["library"] != "Movies"


@settings(max_examples=400, deadline=None)
@given(before=st.text(max_size=30), after=st.text(max_size=30), names=st.lists(st.text(max_size=30), max_size=4))
def test_a_marked_word_never_gets_through(before: str, after: str, names: list[str]) -> None:
    text = f"scene 17: {before}{MARK}{after} of item 4711 {' '.join(names)}"
    assert MARK.lower() not in replacer(*names).text(text).lower()


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(["The", "agent", "Plex", "waits", "2001", "of", "Scene", "item"]), min_size=2, max_size=8)
)
def test_a_known_name_of_our_own_words_is_gone_whatever_stands_around_it(words: list[str]) -> None:
    name = " ".join(words)
    told = replacer(name).text(f"“{name}”, /{name}/x; {name}")
    assert name.lower() not in told.lower()
    assert len(set(re.findall(r"#\d+", told)) - {"#2"}) == 1

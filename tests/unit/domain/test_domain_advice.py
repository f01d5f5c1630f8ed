"""Every code that can reach a person has words, and the words hold no holes."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import plexsync
from plexsync.domain.advice import CAUSES, KIND_WORDS, TITLES, WORDS, explain, explain_error
from plexsync.domain.advice.scenes.short import SHORT
from plexsync.domain.capabilities import STAMPED, Adding, EditCapabilities, RatingForm, Removal
from plexsync.domain.errors import NotAllowed, PlexSyncError, Scope, TokenRefused
from plexsync.domain.model import PHOTOS, Verdict, Why
from plexsync.domain.reconcile.gaps import GapKind
from plexsync.store.jobs import PARKED

CORE = Path(plexsync.__file__).parent / "domain"
OWN = {
    "unknown_command",
    "bad_command",
    "in_sync",
    "off",
    "bug",
    "agent_ended",
    "no_agent",
    "agent_silent",
    "cancelled",
    "cleared",
    "paused",
    "stuck",
    "folder_unusable",
    "state_rebuilt",
    "two_roots",
    "file_missing",
    "file_extra",
    "file_optimised",
    "item_shared",
    "item_stacked",
    "item_same",
    "item_won",
    "item_of_another",
    "picture_no_cover",
    "picture_shared",
    "picture_unnoticed",
    "picture_may_change",
    "picture_unchanged",
    "picture_in_sync",
    "picture_nothing",
    "picture_off",
    "picture_auto",
    "not_seen",
    "switched_off",
}
OF_PICTURES = {choice.value for choice in Why} - {"stash_changed", "clear", "list_merge", "list_mirror", "photo"}


def error_codes(of: type[PlexSyncError] = PlexSyncError) -> Iterator[str]:
    for error in of.__subclasses__():
        if "code" in vars(error) and error.__module__ == "plexsync.domain.errors":
            yield error.code
        yield from error_codes(error)


def reason_codes() -> Iterator[str]:
    """Take from the core's source every text that is given to a Reason as its code."""
    for file in CORE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Reason", "_conflict"} and node.args:
                branches = (
                    [node.args[0].body, node.args[0].orelse] if isinstance(node.args[0], ast.IfExp) else node.args
                )
                yield from (str(one.value) for one in branches[:2] if isinstance(one, ast.Constant))


def capability_codes() -> Iterator[str]:
    """Take the code of each answer that a server can give."""
    servers = (
        *(EditCapabilities(adding=form) for form in Adding),
        *(EditCapabilities(removal=form) for form in Removal),
        *(EditCapabilities(rating=form) for form in RatingForm),
        *(EditCapabilities(stamps={of.value: moves for of in STAMPED}) for moves in (True, False)),
        EditCapabilities(arrived=(PHOTOS,)),
    )
    yield from (answer.code for known in servers for answer in known.answers)


ALL = sorted(
    (
        {
            *capability_codes(),
            *error_codes(),
            *reason_codes(),
            *PARKED,
            *(one.value for one in Why),
            *(one.value for one in Verdict),
            *OWN,
        }
        | {f"gap_{kind.value}" for kind in GapKind}
        | {f"picture_{why}" for why in OF_PICTURES}
    )
    - {Verdict.LINKED.value}
)


def test_the_walk_sees_the_codes() -> None:
    assert {"unreachable", "not_applied", "state_too_new"} <= set(error_codes())
    assert {"no_file", "file_found", "file_unmapped", "two_folders"} <= set(reason_codes())


def errors(of: type[PlexSyncError] = PlexSyncError) -> Iterator[type[PlexSyncError]]:
    for error in of.__subclasses__():
        yield from (error, *errors(error))


@pytest.mark.parametrize("error", [*errors()], ids=lambda error: error.__name__)
def test_every_error_has_a_scope_a_text_and_advice(error: type[PlexSyncError]) -> None:
    assert isinstance(error.scope, Scope)
    if error.__name__ not in {"ItemError", "ServerError", "SettingsError"}:
        text, next_step = WORDS[error.code]
        assert text
        assert next_step


def test_what_is_ambiguous_has_one_name_everywhere() -> None:
    """Titles, counts, columns and sentences all say the glossary's word."""
    code = Verdict.AMBIGUOUS.value
    said = [KIND_WORDS[code], CAUSES[code], SHORT[code], TITLES[code]]
    said += [WORDS[f"{about}{code}"][0] for about in ("", "gap_", "scene_", "undo_")]
    assert all("ambiguous" in words.lower() for words in said), said


@pytest.mark.parametrize("code", ALL)
def test_every_code_has_words(code: str) -> None:
    assert code in WORDS
    for data in ({}, {"server": "plex"}, {"server": "stash"}):
        advice = explain(code, data)
        assert "no words" not in advice.text
        for sentence in filter(None, (advice.text, advice.next_step)):
            assert sentence.rstrip("?. )`").strip()
            assert not set("{}") & set(sentence)


@pytest.mark.parametrize("code", WORDS)
def test_what_is_missing_becomes_general_words(code: str) -> None:
    fields = {name for text in WORDS[code] for _, name, _, _ in string.Formatter().parse(text) if name}
    full = {name: f"<{name}>" for name in fields if name != "code"}
    shown = str(explain(code.partition(".")[0], {**full, "server": code.partition(".")[2] or "plex"}))
    for name in fields - {"server", "code"}:
        assert f"<{name}>" in shown
    assert " ? " not in str(explain(code, {}))
    assert " ?." not in str(explain(code, {}))


def test_each_server_has_its_own_next_step() -> None:
    plex = explain_error(TokenRefused(server="plex", url="http://p", detail=""))
    stash = explain_error(TokenRefused(server="stash", url="http://s", detail=""))
    assert "plex_token" in plex.next_step
    assert "stash_api_key" in stash.next_step
    assert "owns the server" in explain_error(NotAllowed(server="plex", url="", action="", detail="")).next_step


def test_an_unknown_code_is_named() -> None:
    assert "brand_new" in explain("brand_new", {}).text


def test_a_value_of_any_length_makes_a_sentence_that_can_be_read() -> None:
    said = str(explain("no_such_library", {"library": "x" * 200_000, "available": "Movies"}))
    assert len(said) < 1000
    assert "Choose from these: Movies." in said

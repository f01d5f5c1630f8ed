"""Every sentence for a person, rendered with real data, keeps to a short list of rules."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from generators.troubles_page import rendered

from plexsync.domain.advice import CAUSES, GROUPS, LANE_MEANINGS, LANE_NAMES, SCOPE_WORDS, WORDS, became_words
from plexsync.domain.advice.servers.capabilities import CAPABILITIES
from plexsync.domain.errors import ItemError
from plexsync.domain.person.lanes import Lane
from plexsync.domain.phrases import span
from plexsync.store.jobs import PARKED

ROOT = Path(__file__).parents[3]
MOST_WORDS = 25
FACTS = {"file_found", "in_sync", "fill", "update", "overwrite_unlocked", "stash_changed", "clear", "policy_stash"} | {
    "list_merge",
    "list_mirror",
    "item_chosen",
    "nothing_lost",
    "none_found",
    "nothing_decided",
    "not_ignored",
    "nothing_needs_you",
    "none_ignored",
    "nothing_chosen",
    "nothing_lost.planned",
    "scene_declined",
    "scene_ignored",
    "photo",
    "lock",
    "item_same",
    "item_won",
    "events_untried",
    "events_heard",
    "picture_fill",
    "picture_update",
    "picture_overwrite_unlocked",
    "picture_policy_stash",
    "picture_lock",
    "picture_unchanged",
    "picture_in_sync",
    "picture_nothing",
    "photos_none",
    "photos_open",
}
FACTS |= CAPABILITIES.keys() - {"switched_off", "switched_off.labels"}
FACTS |= {
    "undo",
    "picture_undo",
    "undo_goes",
    "undo_already",
    "undo_not_written",
    "undo_item_gone",
    "undo_no_file",
    "undo_lifted",
    "undo_picture_unseen",
    "undo_locked_again",
    "undo_off",
    "undo_photo_stays",
    "undo_nothing_written",
    "folder_writable",
    "settings_understood",
    "stash_answers",
    "file_in_sight",
    "plex_answers",
    "plex_answers.no_token",
    "edit_allowed",
    "libraries_chosen",
    "clock_agrees",
    "path_map_set",
    "path_map_inferred",
    "path_map_none",
    "files_in_plex",
    "agent_running",
    "probe_kept",
    "scene_in_sync",
    "scene_linked",
    "scene_missing",
    "scene_ambiguous",
    "scene_unmapped",
    "scene_no_file",
    "scene_queued",
    "scene_again",
    "scene_held",
    "scene_held.pictures_too",
    "scene_held.pictures",
    "scene_held.nothing",
    "all_wait",
    "queue_empty",
    "none_in_state",
    "no_change_since",
    "no_scenes",
    "no_reconcile",
    "nothing_foreign",
    "adoption_undone.all",
    "check_well",
}
"""They say that something is as it should be, or stand above a sentence with the next step."""


def sentences(text: str) -> list[str]:
    """Cut at full stops and question marks that end a sentence; what stands in backquotes is one word."""
    plain = re.sub(r"`[^`]*`", "command", text)
    plain = re.sub(r"\([^)]*\)", "", plain)
    return [part for part in re.split(r"(?<=[.?;:])\s+", plain) if part]


@pytest.mark.parametrize("code", WORDS)
def test_a_sentence_keeps_to_the_rules(code: str) -> None:
    text, step = rendered(code)
    assert bool(step) == (code not in FACTS), "it says what to do next"
    for shown in filter(None, (text, step)):
        assert shown[0].isupper() or shown[0] in "`/{0123456789", shown
        assert shown.endswith((".", "?")), shown
        assert not re.search(r"\b(\w+) \1\b", shown, re.IGNORECASE), f"a doubled word: {shown}"
        assert not re.search(r"[a-z][A-Z][a-z]\w*(Error|Exception)|\b[A-Z]\w+(Error|Exception)\b|None\b", shown), shown
        assert "  " not in shown
        assert ".." not in shown.replace("...", "")
        assert "anything" not in shown
        assert max(len(part.split()) for part in sentences(shown)) <= MOST_WORDS, shown
        assert "Nothing needs to be done" not in shown
    assert text != step


def test_no_two_codes_say_the_same() -> None:
    said = [rendered(code) for code in WORDS if not code.startswith("item_rejected.4")]
    assert len(set(said)) == len(said)


def test_every_sentence_is_on_the_page() -> None:
    page = (ROOT / "docs" / "troubles.md").read_text("utf-8")
    assert all(f"## {group}" in page for group in GROUPS)
    for code in WORDS:
        text, _ = rendered(code)
        assert text.replace("|", "\\|").replace("<", "&lt;") in page, code


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 seconds"),
        (59.9, "59 seconds"),
        (3600, "1 hour"),
        (2 * 86400, "2 days"),
        (364 * 86400, "a year"),
        (20786 * 86400, "a long time"),
        (float("inf"), "a long time"),
        (float("nan"), "a long time"),
    ],
)
def test_a_span_of_time_is_one_a_person_would_say(seconds: float, words: str) -> None:
    """A clock that was set, or a stamp that was never written, gives spans of many years."""
    assert span(seconds) == words


def test_each_cause_has_words_for_counts() -> None:
    causes = PARKED | {kind.code for kind in ItemError.__subclasses__()} | {"cleared"}
    assert set(CAUSES) == causes
    page = (ROOT / "docs" / "troubles.md").read_text("utf-8")
    for code, words in CAUSES.items():
        assert f"| {words} | `{code}` |" in page
    for words in (*CAUSES.values(), *LANE_NAMES.values(), *SCOPE_WORDS.values(), became_words("")):
        assert "_" not in words


def test_the_parts_of_the_queue_are_explained_in_the_same_words_everywhere() -> None:
    assert set(LANE_NAMES) == set(LANE_MEANINGS) == set(Lane)
    for page in ("docs/page.md", "docs/engineering/glossary.md"):
        rows = (ROOT / page).read_text("utf-8").splitlines()
        for lane, meaning in LANE_MEANINGS.items():
            assert f"| {LANE_NAMES[lane]} | {meaning} |" in rows, page


CHECK = ROOT / "src" / "plexsync" / "usecases" / "check"


@pytest.mark.parametrize("module", sorted(CHECK.glob("*.py")), ids=lambda path: path.stem)
def test_the_check_makes_no_sentence_of_its_own(module: Path) -> None:
    """All stand in the advice, so that the page lists them and the rules above hold them."""
    tree = ast.parse(module.read_text("utf-8"))
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    said = [text for node in ast.walk(tree) if id(node) not in bare and (text := text_of(node))]
    assert [text for text in said if re.match(r"[A-Z{`].* .* .*[.?]$", text)] == []


def text_of(node: ast.AST) -> str:
    """Return a text of the source, with {} for what is put into it."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""

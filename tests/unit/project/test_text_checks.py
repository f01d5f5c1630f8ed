"""The checks of texts see what they are for: citations, long sentences, relative clauses, old words."""

from __future__ import annotations

import pytest
from citations import cited, links, modules
from old_words import faults as old_words
from readability import MOST, faults
from texts import ROOT, of_code, of_document, sentences

PAGE = ROOT / "docs" / "engineering" / "plex.md"
CODE = ROOT / "src" / "plexsync" / "plex" / "edits.py"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("docs/engineering/plex.md §2.3 says so.", 0),
        ("docs/engineering/plex.md §2.3 and §1.1 say so.", 0),
        ("docs/engineering/plex.md §2.33 says so.", 1),
        ("docs/engineering/nobody.md says so.", 1),
        ("Section §2.3 says so.", 1),
        ("docs/engineering/plex.md §2.3\n\nand §1.1 of another paragraph", 1),
    ],
)
def test_a_page_or_section_that_is_not_there_is_seen(text: str, wrong: int) -> None:
    assert len(list(cited(CODE, text))) == wrong


def test_a_document_cites_itself_and_pages_by_their_marks() -> None:
    marks = "| LOAD | `tests/recordings/stash/plugin-loading.md` |\n\n"
    assert list(cited(PAGE, f"{marks}As §2.3 says (LOAD §7).\n\nSee §5.")) == []
    assert len(list(cited(PAGE, f"{marks}As LOAD §2.3 says."))) == 1


@pytest.mark.parametrize(
    ("link", "wrong"),
    [("[a](stash.md)", 0), ("[a](#3-pictures)", 0), ("[a](nobody.md)", 1), ("[a](stash.md#nothing)", 1)],
)
def test_a_link_that_leads_nowhere_is_seen(link: str, wrong: int) -> None:
    assert len(list(links(PAGE, link))) == wrong


def test_a_module_that_is_gone_is_seen() -> None:
    assert list(modules(PAGE, "`plex/edits.py` and `edits.py` are here")) == []
    assert len(list(modules(PAGE, "`usecases/plex/edits.py` and `dits.py` are not"))) == 2


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("A short one.", 0),
        (" ".join(["word"] * MOST) + ".", 0),
        (" ".join(["word"] * (MOST + 1)) + ".", 1),
        ("What was sent is kept.", 1),
        ("What was sent?", 0),
        ("So be it. Who waits is woken.", 1),
        (("Word" + " word" * 17 + ". ") * 10, 1),
    ],
)
def test_long_sentences_and_relative_clauses_are_seen(text: str, wrong: int) -> None:
    assert len(faults(list(of_document(text)))) == wrong


def test_tables_code_and_headings_are_no_sentences() -> None:
    table, code = "| What | it is |\n|---|---|", "```\nWhat is this\n```"
    document = f"# What it is\n\n{table}\n\n{code}\n<!-- What is that -->\n* One item.\n* Another."
    assert [one.text for one in of_document(document)] == ["One item.", "Another."]


def test_docstrings_comments_and_messages_are_read() -> None:
    docstring, comment = '"""What a thing is.\n\n    >>> code\n"""', "# A comment\n# of two lines."
    source = f'X = "a name"\n{docstring}\n{comment}\nraise E(f"The scene {{n}} is not there any more")\n'
    texts = {one.text for one in of_code(source)}
    assert texts == {"What a thing is.", "A comment of two lines.", "The scene X is not there any more"}


def test_sentences_end_before_a_capital() -> None:
    (paragraph,) = of_document("It takes 0.5 s. Then it ends! `code` is next. (So it is.) Version 1.2 stays.")
    assert len(sentences(paragraph.text)) == 5


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("the feeder looks", 1),
        ("FEEDER_STATE", 1),
        ("set_aside(job)", 1),
        ("a cheap pass over all", 1),
        ("each pass is a full scan", 1),
        ("test_a_pass_waits", 1),
        ("self.needs_pass", 1),
        ("test_no_look_is_taken", 1),
        ("LOOKS, READS = 1, 2", 1),
        ("query Look($stamp: Stamp)", 1),
        ("self._tick()", 1),
        ("class Shelf:", 1),
        ("the memories of some scenes", 1),
        ("_stumbled", 1),
        ("pass it on", 0),
        ("click.pass_obj", 0),
        ("names_that_look_the_same", 0),
        ("memory grew, sticky", 0),
        ("overlook", 0),
        ("a desktop", 0),
        ("the tests pass", 0),
        ("take a look at it", 0),
    ],
)
def test_old_words_are_seen(text: str, wrong: int) -> None:
    assert len(old_words(text)) == wrong

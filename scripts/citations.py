"""Hold what texts cite: each page that is named is in the repository, and each section that is named is on its page.

`docs/engineering/plex.md §2.3` cites section 2.3 of that page, and each further `§` of the paragraph belongs to it.
In a document a `§` without a page means the document itself. A table of marks (`| MARK | page |`) gives
pages short names. Links of documents are looked at as well. So are the modules that they name by the end of a path.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from texts import ROOT, tracked

SOURCES = ("src/**", "simulators/**", "tests/**/*.py", "tests/**/*.md", "bench/**", "scripts/**", "plugin/**", "ui/**")
PAGES = ("*.md", "docs/**/*.md")
PAGE = r"(?P<page>[\w./-]+\.md)\b"
SECTION = r"§ ?(?P<section>\d+(?:\.\d+)*[a-z]?)"
END = r"(?P<end>\n\s*(?:#?\s*\n|[-*] ))"
TOKEN = re.compile(rf"{PAGE}|{SECTION}|{END}|\b(?P<mark>[A-Z]{{2,}})\b")
MARK = re.compile(r"^\| ([A-Z]{2,}) \| `([\w./-]+\.md)` \|", re.MULTILINE)
MODULE = re.compile(r"`([\w./-]+\.py)`")
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")


@cache
def sections(page: Path) -> frozenset[str]:
    """Return the numbers that the headings of a page begin with."""
    return frozenset(re.findall(r"^#+ §?(\d+(?:\.\d+)*[a-z]?)\.? ", page.read_text("utf-8"), re.MULTILINE))


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return what a link may name behind `#`."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\s-]", "", head.lower()).strip().replace(" ", "-") for head in heads)


def cited(path: Path, text: str) -> Iterator[str]:
    """Return what is wrong with the pages and sections that a text cites."""
    own = path if path.suffix == ".md" else None
    page = own
    marks = {mark: ROOT / name for mark, name in MARK.findall(text)}
    for found in TOKEN.finditer(text):
        if found["end"]:
            page = own
        elif found["mark"]:
            page = marks.get(found["mark"], page)
        elif found["page"]:
            page = _page(path, found["page"])
            if page is None:
                yield f"{_at(path, text, found.start())}: there is no page {found['page']}"
        elif page is None:
            yield f"{_at(path, text, found.start())}: §{found['section']} of which page?"
        elif found["section"] not in sections(page):
            yield f"{_at(path, text, found.start())}: {page.relative_to(ROOT)} has no §{found['section']}"


def links(path: Path, text: str) -> Iterator[str]:
    """Return the links of a document that lead nowhere."""
    for found in LINK.finditer(text):
        target = (path.parent / found[1]).resolve() if found[1] else path
        if not target.exists() or (found[2] and found[2] not in anchors(target)):
            yield f"{_at(path, text, found.start())}: the link {found[0][2:-1]} leads nowhere"


def modules(path: Path, text: str) -> Iterator[str]:
    """Return the modules that a document names and nobody finds."""
    for found in MODULE.finditer(text):
        if f"/{found[1]}" not in _ends():
            yield f"{_at(path, text, found.start())}: there is no module {found[1]}"


def main() -> int:
    """Look at all texts; returns the exit code."""
    wrong: list[str] = []
    for path in tracked(*SOURCES, *PAGES):
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        if path.name == "test_text_checks.py" or path.suffix in {".json", ".jsonl", ".graphql", ".xml"}:
            continue
        wrong += cited(path, text)
        if path.suffix == ".md":
            wrong += [*links(path, text), *modules(path, text)]
    print("\n".join(wrong), end="\n" if wrong else "")
    return int(bool(wrong))


def _page(path: Path, name: str) -> Path | None:
    for folder in (ROOT, path.parent):
        if (folder / name).is_file():
            return (folder / name).resolve()
    return _by_name().get(name)


@cache
def _by_name() -> dict[str, Path]:
    return {page.name: page for page in tracked(*PAGES, "tests/recordings/**/*.md")}


@cache
def _ends() -> frozenset[str]:
    """Return all ends of the paths of modules, from a slash on."""
    paths = (f"/{module.relative_to(ROOT)}" for module in tracked("**/*.py"))
    return frozenset(path[at:] for path in paths for at, sign in enumerate(path) if sign == "/")


def _at(path: Path, text: str, position: int) -> str:
    return f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, position) + 1}"


if __name__ == "__main__":
    sys.exit(main())

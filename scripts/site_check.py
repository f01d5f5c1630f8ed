"""Hold the built site to its promise: a page that is opened asks no other server. `site_check.py FOLDER`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ASKED = (
    re.compile(r"<(?:script|img|iframe|source|audio|video)\b[^>]*\bsrc=[\"']?(?:https?:)?//[^\s\"'>]+", re.IGNORECASE),
    re.compile(
        r"<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preconnect|preload|icon|dns-prefetch))[^>]*\bhref=[\"']?(?:https?:)?//"
        r"[^\s\"'>]+",
        re.IGNORECASE,
    ),
    re.compile(r"(?:@import|url\()\s*[\"']?(?:https?:)?//[^\s\"')]+", re.IGNORECASE),
)
"""Requests that a browser makes by itself; a link that a person follows is none."""

DRAWN = re.compile(r"class=[\"']?mermaid\b")
OWN = re.compile(r"<script src=[\"']?(?:\.\./)*assets/mermaid\.min\.js")
"""A picture to draw, and what draws it; without it the theme fetches that from another server."""

FILES = {".html", ".css"}


def requests(text: str) -> list[str]:
    """Return what a page or a style sheet asks other servers for."""
    found = [found[0] for pattern in ASKED for found in pattern.finditer(text)]
    return [*found, "what draws its pictures"] if DRAWN.search(text) and not OWN.search(text) else found


def main(folder: Path) -> int:
    """Look at all pages and style sheets; returns the exit code."""
    pages = [path for path in sorted(folder.rglob("*")) if path.suffix in FILES]
    wrong = [(path, one) for path in pages for one in requests(path.read_text(encoding="utf-8"))]
    for path, one in wrong:
        print(f"{path.relative_to(folder)} asks another server: {one}")
    print(f"{len(pages)} pages and style sheets in {folder}")
    return int(bool(wrong) or not pages)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""Adds pages to the site that stand beside `docs/`, and turns links out of `docs/` into names of files.

mkdocs calls it by its `hooks`. The changelog and the guide for contributors stay where a repository has them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.files import Files

ROOT = Path(__file__).resolve().parent.parent
BESIDE = ("CHANGELOG.md", "CONTRIBUTING.md")
_OUT_OF_DOCS = re.compile(r"\[([^]]*)\]\((?:\.\./)+(?!docs/)[^)]*\)")
_INTO_DOCS = re.compile(r"\]\(docs/")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that stand beside the folder."""
    from mkdocs.structure.files import File  # noqa: PLC0415  mkdocs is no dependency of the checks

    for name in BESIDE:
        text = _INTO_DOCS.sub("](", (ROOT / name).read_text(encoding="utf-8"))
        files.append(File.generated(config, name.lower(), content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Turn a link to a file that is on no page into that file's name."""
    folder = Path(page.file.src_uri).parent

    def told(link: re.Match[str]) -> str:
        target = link[0].rpartition("(")[2].rstrip(")").partition("#")[0]
        is_page = (ROOT / "docs" / folder / target).resolve().is_relative_to(ROOT / "docs")
        return link[0] if is_page else link[1]

    return _OUT_OF_DOCS.sub(told, markdown)

"""Adds pages that stand beside `docs/` to the site, turns links out of `docs/` into names of files, has pictures drawn.

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


def on_config(config: Any) -> Any:
    """Have blocks of mermaid drawn as pictures; the setting holds a function, which no plain YAML can name."""
    from pymdownx.superfences import fence_code_format  # noqa: PLC0415  of mkdocs

    picture = {"name": "mermaid", "class": "mermaid", "format": fence_code_format}
    config.mdx_configs["pymdownx.superfences"] = {"custom_fences": [picture]}
    return config


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

    text = _OUT_OF_DOCS.sub(told, markdown)
    if "```mermaid" not in text:
        return text
    up = "../" * (len(Path(page.file.src_uri).parts) - 1)
    return f'{text}\n\n<script src="{up}assets/mermaid.min.js"></script>\n'

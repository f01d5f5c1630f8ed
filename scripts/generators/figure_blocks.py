"""Put the figures of `docs/figures.json` between the markers of a page: `<!-- figures NAME -->` … `<!-- end -->`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BLOCK = re.compile(r"(<!-- figures ([\w/-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: Path, figures: Path) -> str:
    """Return a page with the newest figures; raises KeyError for a block that nobody has measured."""
    kept = json.loads(figures.read_text("utf-8"))
    return BLOCK.sub(lambda found: found[1] + _table(kept[found[2]]) + found[3], page.read_text("utf-8"))


def _table(entry: Mapping[str, Any]) -> str:
    lines = [entry["columns"], ["---"] * len(entry["columns"]), *entry["rows"]]
    told = "\n".join("| " + " | ".join(row) + " |" for row in lines)
    return f"\n{told}\n\n`{entry['command']}`, {entry['date']}; {entry['machine']}.\n\n"

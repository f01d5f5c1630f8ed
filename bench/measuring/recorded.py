"""Figures that the documents show: kept in docs/figures.json by whoever measured them, put into pages by generate."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from measuring.machine import Machine
from prepared.rigging import ROOT

FIGURES = ROOT / "docs" / "figures.json"
OPTION = "--record"
HELP = "keep the figures in docs/figures.json; scripts/generate puts them into the documents"


def keep(name: str, command: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Keep one table of figures under a name that stands in a document, with the command that measured it."""
    known = json.loads(FIGURES.read_text("utf-8"))
    machine = Machine.here()
    known[name] = {
        "command": " ".join([command, *(word for word in sys.argv[1:] if word != OPTION)]),
        "date": machine.date[:10],
        "machine": f"{machine.cores} cores, {machine.memory_gb:g} GB, load {machine.load:g}, {machine.python}",
        "columns": list(columns),
        "rows": [list(row) for row in rows],
    }
    FIGURES.write_text(json.dumps(known, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")

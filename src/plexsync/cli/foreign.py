"""Locked values that PlexSync did not write: a table, and what would become of them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from plexsync.cli.drawing import draw
from plexsync.cli.frame import shown
from plexsync.domain.phrases import counted, short
from plexsync.usecases.adopt.views import ForeignField


def draw_foreign(found: Sequence[ForeignField]) -> None:
    """Draw a row for each field: how its values stand to Stash's, and an example."""
    table = Table("Field", "as in Stash", "another value", "not in Stash", "like", box=None, pad_edge=False)
    for row in found:
        like = "; ".join(f"{shown(one.plex, 30)} → {shown(one.stash, 30)}" for one in row.examples[:1])
        table.add_row(row.field, str(row.equal), str(row.different), str(row.unmatched), short(like, 70))
    draw(table)


def if_taken_over(found: Sequence[ForeignField]) -> str:
    """Say what would become of the values, "" where all are as in Stash."""
    replaced, gone = sum(row.different for row in found), sum(row.unmatched for row in found)
    told = [f"{counted(replaced, 'value')} would follow Stash."] if replaced else []
    told += [f"{counted(gone, 'value')} would go, because Stash says nothing there."] if gone else []
    return " ".join(told)

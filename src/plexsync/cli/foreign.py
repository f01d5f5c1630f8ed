"""The table of locked values that PlexSync did not write."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from plexsync.cli.drawing import draw
from plexsync.cli.frame import shown
from plexsync.domain.phrases import short
from plexsync.usecases.adopt.views import ForeignField


def draw_foreign(found: Sequence[ForeignField]) -> None:
    """Draw a row for each field: how its values stand to Stash's, and an example."""
    table = Table("Field", "as in Stash", "another value", "not in Stash", "like", box=None, pad_edge=False)
    for row in found:
        like = "; ".join(f"{shown(one.plex, 30)} → {shown(one.stash, 30)}" for one in row.examples[:1])
        table.add_row(row.field, str(row.equal), str(row.different), str(row.unmatched), short(like, 70))
    draw(table)

"""Starting a preview in a process of its own, which goes on when the page is closed."""

from __future__ import annotations

from pathlib import Path

from plexsync.agent import spawn
from plexsync.usecases.preview.maker import ask_preview
from plexsync.usecases.preview.show import PreviewState, preview_state
from plexsync.usecases.runs.reconcile import ReconcileRequest


def start_preview(folder: Path, plugin_dir: Path, asked: ReconcileRequest, now: float) -> PreviewState:
    """Have a process of its own make a preview; raises :class:`Refused` while one is being made."""
    ask_preview(folder, asked.arguments(), now)
    spawn.start(spawn.preview_command(plugin_dir, folder))
    return preview_state(folder, now)

"""All operations by name. One is loaded with its own module alone, because a person waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from plexsync.stash_plugin.operations.operation import Operation

NOUNS: Mapping[str, tuple[str, ...]] = {
    "agent": ("wake", "restart", "switch"),
    "overview": ("overview",),
    "bug_report": ("bug_report",),
    "status": ("status",),
    "settings": ("settings", "setting_check", "setting_change", "setting_take_over", "path_map_test"),
    "connection": ("connection_test", "libraries"),
    "other_tools": ("other_tools",),
    "runs.reconcile": (
        "reconcile_start",
        "reconcile_state",
        "reconcile_stop",
        "reconcile_resume",
        "reconcile_remove_rest",
        "scene_detail",
        "plex_picture",
    ),
    "scenes.queue": ("queue_rows", "queue_front", "queue_remove", "queue_clearing", "queue_clear", "sync_now"),
    "scenes.needs_you": ("needs_you", "needs_you_rows", "retry", "ignore", "heed", "ignored", "scan"),
    "scenes.one_scene": ("scene", "candidates", "overwrite", "choose", "unlink", "relink", "undo_choice"),
    "runs.history": ("history", "history_run"),
    "runs.undo": ("undo_preview", "undo_start", "undo_state", "undo_stop"),
    "setup.steps": ("setup", "setup_start"),
    "setup.sign_in": (
        "setup_sign_in",
        "setup_address",
        "setup_use_tool",
        "setup_servers",
        "setup_server",
        "sign_out",
    ),
    "setup.choices": (
        "setup_libraries",
        "setup_choose_libraries",
        "setup_folders",
        "setup_choose_folders",
        "setup_fields",
        "setup_choose_fields",
    ),
    "setup.taking_over": ("adopt", "adopt_leave", "adoptions", "adopt_undo"),
    "setup.preview": ("setup_preview_start", "setup_preview"),
    "runs.preview": ("preview_start", "preview", "preview_cancel", "preview_rows"),
}
"""The names of the operations in each module."""

NAMES: tuple[str, ...] = tuple(name for names in NOUNS.values() for name in names)


def load(name: str) -> Operation[object]:
    """Return an operation by its name; raises KeyError."""
    noun = next((noun for noun, names in NOUNS.items() if name in names), None)
    found = {operation.name: operation for operation in of_noun(noun)} if noun else {}
    return found[name]


def of_noun(noun: str) -> tuple[Operation[object], ...]:
    """Return the operations of a module."""
    operations: tuple[Operation[object], ...] = import_module(f"plexsync.stash_plugin.operations.{noun}").OPERATIONS
    return operations


def everything() -> Iterator[Operation[object]]:
    """Return every operation there is; loads all modules."""
    for noun in NOUNS:
        yield from of_noun(noun)

"""What a task, a page operation or a hook of Stash gets done (a stand-in until the rooms behind it are there)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def run(document: Mapping[str, Any], plugin_dir: str) -> dict[str, Any]:
    """Answer one document of Stash's with ``{"output": ...}`` or ``{"error": text}``."""
    mode = document["args"].get("mode", "")
    return {"error": f"PlexSync in {plugin_dir} cannot do {mode!r} yet"}


def agent_main(arguments: list[str], plugin_dir: str) -> int:
    """Be the agent until it ends; return the exit code."""
    raise NotImplementedError(f"no agent in {plugin_dir} yet: {arguments}")

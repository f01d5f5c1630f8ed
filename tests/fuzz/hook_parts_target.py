"""The parts of hook.py and package.py that read stdin, in one process: quick enough for very many inputs."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

from hook_target import ROOT, make, recorded
from target import Target, Wrong

STDIN = 0


@contextlib.contextmanager
def opened() -> Iterator[Target]:
    """The target, with stdin put in place of this process' own."""
    parts: dict[str, Any] = {}
    for path in (ROOT / "plugin" / "hook.py", ROOT / "plugin" / "package.py"):
        parts.update({"__name__": path.stem, "__file__": str(path)})
        exec(compile(path.read_text("utf-8"), str(path), "exec"), parts)  # noqa: S102
    documents = [document for _, document in recorded()]
    kept, own = os.dup(STDIN), os.memfd_create("stdin")
    os.dup2(own, STDIN)
    try:
        yield Target("hook_parts", 250, lambda rng: make(rng, documents), lambda data: _run(data, parts))
    finally:
        os.dup2(kept, STDIN)
        os.close(kept)
        os.close(own)


def _run(data: bytes, parts: dict[str, Any]) -> None:
    os.ftruncate(STDIN, 0)
    os.pwrite(STDIN, data, 0)
    os.lseek(STDIN, 0, os.SEEK_SET)
    head = parts["read_head"]()
    if head != data[: parts["HEAD"]]:
        raise Wrong("the head is another")
    _agree(parts["data_folder"](head), data)
    is_hook = b'"hookContext"' in head
    if is_hook:
        parts["drain"]()
    with contextlib.suppress(parts["Trouble"]):
        found = parts["parse"](head, is_hook=is_hook)
        if not isinstance(found, dict) or (is_hook and found["args"] != {"mode": "hook"}):
            raise Wrong(f"parsed {found!r}"[:200])


def _agree(folder: bytes, data: bytes) -> None:
    """Where the document is Stash's, the folder read without a parser is the one a parser finds, or none."""
    loads: Callable[[bytes], Any] = json.loads
    try:
        document = loads(data)
        true = document["server_connection"]["Dir"]
        is_stashs = next(iter(document)) == "server_connection" and data.count(b'"Dir"') == 1
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError, StopIteration):
        return
    if folder and is_stashs and isinstance(true, str) and true.isascii() and folder != true.encode() + b"/plexsync":
        raise Wrong(f"{folder!r} for {true!r}")

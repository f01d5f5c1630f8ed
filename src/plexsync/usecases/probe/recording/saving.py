"""A recording as a file: written beside its name first, so that a person can read it before it is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plexsync.store.files import private_file
from plexsync.usecases.refusal import Refused

LARGEST = 200_000
"""Bytes; a larger recording leaves out the forms of answers."""


def require_new(path: Path) -> None:
    """Raise :class:`Refused` where a recording cannot be kept under this name."""
    if path.exists():
        raise Refused("probe_file_exists", {"path": str(path)})
    if not path.parent.is_dir():
        raise Refused("probe_not_saved", {"path": str(path), "detail": "there is no such folder"})


def draft(path: Path, recording: Mapping[str, Any]) -> Path:
    """Write a recording to ``PATH.draft`` and return that; raises :class:`Refused` where it cannot be written."""
    require_new(path)
    place = path.with_name(f"{path.name}.draft")
    try:
        private_file.write(place, text_of(recording))
    except OSError as problem:
        raise Refused("probe_not_saved", {"path": str(place), "detail": problem.strerror or str(problem)}) from problem
    return place


def keep(place: Path, path: Path) -> None:
    """Give a draft its name."""
    place.replace(path)


def text_of(recording: Mapping[str, Any]) -> str:
    """Return a recording as it is written, at most 200 kB of it."""
    text = _written(recording)
    if len(text.encode()) > LARGEST:
        text = _written({**recording, "exchanges": [{**one, "shape": None} for one in recording["exchanges"]]})
    return text


def _written(recording: Mapping[str, Any]) -> str:
    """Return JSON with a line for each part, each answer and each exchange, to be read by a person."""
    parts = [f'"{name}": {_lines(value)}' for name, value in recording.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(value: Any) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(_line(one) for one in value) + "\n]"
    if isinstance(value, dict):
        return "{\n" + ",\n".join(f"{_line(name)}: {_line(one)}" for name, one in value.items()) + "\n}"
    return _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

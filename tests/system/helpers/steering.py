"""Files by which a test steers a process that reads them at any moment."""

from __future__ import annotations

from pathlib import Path


def tell(file: Path, number: float) -> None:
    """Let a file say a number, in one step: nobody reads it half written."""
    written = file.with_name(f"{file.name}.new")
    written.write_text(str(number), encoding="ascii")
    written.replace(file)

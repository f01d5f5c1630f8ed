"""Make the plugin's zip and the index Stash's plugin manager reads, byte for byte the same from the same commit.

`bundle.py FOLDER` writes `StashPlexSync.zip` and `index.yml` there; `bundle.py --date` prints the time stamp (UTC
seconds) everything built from this commit carries.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

from plexsync import PLUGIN_ID, __version__
from plexsync.stash_plugin.manifest import DESCRIPTION, NAME, emit

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "plexsync"
RUNTIME = ROOT / "requirements" / "runtime.txt"
OF_NO_USE = frozenset({"tests", "_wsdump.py"})
"""Parts of libraries that nothing of ours calls."""

LEFT_OUT = {"cli", "__pycache__"}


def build_date() -> int:
    """Return SOURCE_DATE_EPOCH, else the last commit's time, else (no git) that of the file with the version."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    if (ROOT / ".git").exists():
        return int(subprocess.run(command, check=True, capture_output=True).stdout)
    return int((PACKAGE / "__init__.py").stat().st_mtime)


def wheels() -> list[Path]:
    """Return the pinned wheels of the runtime, downloaded once per state of requirements/runtime.txt."""
    digest = hashlib.sha256(RUNTIME.read_bytes()).hexdigest()
    folder = ROOT / "build" / f"wheels-{digest[:12]}"
    if not folder.exists():
        fresh = folder.with_suffix(f".{os.getpid()}")
        options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--require-hashes"]
        command = [sys.executable, "-m", "pip", "download", *options, "-r", str(RUNTIME), "-d", str(fresh)]
        subprocess.run(command, check=True)
        fresh.rename(folder)
    return sorted(folder.glob("*.whl"))


def library(wheel: Path) -> dict[str, bytes]:
    """Return what of a wheel goes into `lib/`: its modules and its licence; raise ValueError if it is not pure."""
    if not wheel.name.endswith("-none-any.whl"):
        raise ValueError(f"{wheel.name} is not pure Python")
    with zipfile.ZipFile(wheel) as archive:
        used = (name for name in archive.namelist() if OF_NO_USE.isdisjoint(name.split("/")))
        wanted = [name for name in used if name.endswith(".py") or "/licenses/" in name]
        return {f"lib/{name}": archive.read(name) for name in wanted}


def contents() -> dict[str, bytes]:
    """Return every file of the zip by its name."""
    plugin = ROOT / "plugin"
    files = {path.relative_to(plugin).as_posix(): path.read_bytes() for path in plugin.rglob("*") if path.is_file()}
    files["LICENSE"] = (ROOT / "LICENSE").read_bytes()
    for path in PACKAGE.rglob("*"):
        inside = path.relative_to(PACKAGE)
        if path.is_file() and LEFT_OUT.isdisjoint(inside.parts):
            files[f"plexsync/{inside.as_posix()}"] = path.read_bytes()
    for wheel in wheels():
        files.update(library(wheel))
    return files


def write_zip(target: Path, files: Mapping[str, bytes], date: int) -> None:
    """Write files in the order of their names, with one date and mode 0644 (Stash gives files the zip's modes)."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, time.gmtime(date)[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix: external_attr holds a mode
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])


def index(archive: Path, date: int) -> str:
    """Return the text of index.yml; Stash offers an update only where `date` is newer than what is installed."""
    first, *others = emit(
        {
            "id": PLUGIN_ID,
            "name": NAME,
            "metadata": {"description": DESCRIPTION},
            "version": __version__,
            "date": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(date)),
            "path": archive.name,
            "sha256": hashlib.sha256(archive.read_bytes()).hexdigest(),
        },
        "  ",
    )
    return "\n".join([f"- {first.lstrip()}", *others, ""])


def main(argument: str) -> None:
    """Build into a folder, or print the date."""
    date = build_date()
    if argument == "--date":
        print(date)
        return
    folder = Path(argument)
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{PLUGIN_ID}.zip"
    write_zip(archive, contents(), date)
    (folder / "index.yml").write_text(index(archive, date), "utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])

"""The parts of a release that are no build: `ready` looks whether one can be made, `pack` ends it.

`pack` writes the site as an archive, the list of what is inside (CycloneDX 1.6), and the checksums into `dist/`.
`ready TAG` and `publish TAG` are for the runner of a forge, which has its program `gh`: `publish` hands all files on.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bundle import build_date

from plexsync import __version__

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
SITE = ROOT / "build" / "site"
SUMS = "SHA256SUMS"
_PIN = re.compile(r"^([a-z0-9_.-]+)==([^\s;\\]+)([^\n]*)\n((?:\s+--hash=sha256:[0-9a-f]+[ \\]*\n)+)", re.MULTILINE)
_HASH = re.compile(r"sha256:([0-9a-f]+)")
_ENTRY = r"^## \[{}\] - \d{{4}}-\d\d-\d\d\n(?P<told>.*?)(?=^## |^\[[^]\n]+\]: |\Z)"
_WITH = {"plugin zip": "runtime.txt", "command line": "app.txt"}


def hindrances(changelog: str, status: str, version: str, tag: str) -> list[str]:
    """Return what keeps a release from being made; ``status`` is that of git, ``tag`` its name."""
    found = []
    if status.strip():
        changed = ", ".join(line[3:] for line in status.splitlines()[:5])
        found.append(f"Not everything is committed: {changed}. Commit it or take it away.")
    if not notes(changelog, version):
        found.append(f"CHANGELOG.md has no entry `## [{version}] - DATE`. Write what users notice, with its date.")
    if tag != f"v{version}":
        found.append(
            f"The tag {tag} is not v{version}, the version of src/plexsync/__init__.py. Set one of them right."
        )
    return found


def notes(changelog: str, version: str) -> str:
    """Return what the changelog tells of a version, "" if it tells nothing."""
    entry = re.search(_ENTRY.format(re.escape(version)), changelog, re.MULTILINE | re.DOTALL)
    return "" if entry is None else entry["told"].strip()


def ready(tag: str = f"v{__version__}") -> int:
    """Say what is in the way of a release; returns the exit code."""
    status = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True)
    found = hindrances((ROOT / "CHANGELOG.md").read_text("utf-8"), status.stdout, __version__, tag)
    for one in found:
        print(f"scripts/release: {one}", file=sys.stderr)
    return int(bool(found))


def publish(tag: str) -> int:
    """Hand all files to the forge, with what the changelog tells of this version; returns the exit code."""
    told = notes((ROOT / "CHANGELOG.md").read_text("utf-8"), __version__)
    return hand_over(tag, sorted(DIST.iterdir()), told)


def hand_over(tag: str, files: Sequence[Path], told: str) -> int:
    """Make a release at the forge by its program `gh`; returns the exit code."""
    program = shutil.which("gh")
    if program is None:
        print("scripts/release: There is no program gh, by which a forge takes a release.", file=sys.stderr)
        return 1
    command = [program, "release", "create", tag, *map(str, files), "--verify-tag", "--title", tag, "--notes-file", "-"]
    return subprocess.run(command, input=told, text=True, encoding="utf-8", check=False).returncode


def pack() -> int:
    """Write archive, list and checksums."""
    (DIST / f"plexsync-{__version__}-site.tar.gz").write_bytes(archive(SITE, build_date()))
    pins = {name: (ROOT / "requirements" / file).read_text("utf-8") for name, file in _WITH.items()}
    listed = json.dumps(contents(pins, __version__, build_date()), indent=2, ensure_ascii=False) + "\n"
    (DIST / f"plexsync-{__version__}.cdx.json").write_text(listed, encoding="utf-8")
    files = sorted(path for path in DIST.iterdir() if path.is_file() and path.name != SUMS)
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)
    (DIST / SUMS).write_text(sums, encoding="ascii")
    return 0


def archive(folder: Path, at: int) -> bytes:
    """Return a folder as a tar.gz that is the same for the same files; ``at`` is the time of all of them."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as made:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = tarfile.TarInfo(str(path.relative_to(folder)))
            content = _without_moment(path)
            entry.size, entry.mtime, entry.mode = len(content), at, 0o644
            made.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=at)


def _without_moment(path: Path) -> bytes:
    """Return a file's bytes; a packed copy holds the moment in which it was packed."""
    content = path.read_bytes()
    return gzip.compress(gzip.decompress(content), mtime=0) if path.suffix == ".gz" else content


def contents(pins: dict[str, str], version: str, at: int) -> dict[str, Any]:
    """Return the list of what is inside, in CycloneDX's form; ``pins`` are requirements by what carries them."""
    own = f"pkg:pypi/stash-plexsync@{version}"
    parts = _components(pins)
    moment = datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{own}#{at}')}",
        "version": 1,
        "metadata": {
            "timestamp": moment,
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "stash-plexsync",
                "version": version,
                "purl": own,
                "licenses": [{"license": {"id": "MIT"}}],
            },
        },
        "components": parts,
        "dependencies": [{"ref": own, "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def _components(pins: dict[str, str]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for carrier, text in pins.items():
        for name, version, hashes in _pinned(text):
            purl = f"pkg:pypi/{name}@{version}"
            part = found.setdefault(
                (name, version),
                {
                    "type": "library",
                    "bom-ref": purl,
                    "name": name,
                    "version": version,
                    "purl": purl,
                    "hashes": [{"alg": "SHA-256", "content": one} for one in hashes],
                    "properties": [],
                },
            )
            part["properties"].append({"name": "plexsync:in", "value": carrier})
    return [found[key] for key in sorted(found)]


def _pinned(text: str) -> Iterator[tuple[str, str, Sequence[str]]]:
    for name, version, _, hashes in _PIN.findall(text):
        yield name, version, _HASH.findall(hashes)


if __name__ == "__main__":
    WAYS: dict[str, Callable[..., int]] = {"ready": ready, "pack": pack, "publish": publish}
    sys.exit(WAYS[sys.argv[1]](*sys.argv[2:]))

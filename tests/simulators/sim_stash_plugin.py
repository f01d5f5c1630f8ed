"""Plugins for the tests of the simulated Stash: a recorder like the one of the recordings, and small ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TRIGGERS = [
    *(
        f"{noun}.{verb}.Post"
        for noun in ("Scene", "SceneMarker", "Gallery")
        for verb in ("Create", "Update", "Destroy")
    ),
    *(f"{noun}.{verb}.Post" for noun in ("Performer", "Studio", "Tag") for verb in ("Create", "Update", "Destroy")),
    *(f"{noun}.{verb}.Post" for noun in ("Group", "Movie", "Image") for verb in ("Create", "Update", "Destroy")),
    *(f"GalleryChapter.{verb}.Post" for verb in ("Create", "Update", "Destroy")),
    "Tag.Merge.Post",
]

_RECORD = """
import json, os, sys
data = sys.stdin.buffer.read()
folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "calls")
os.makedirs(folder, exist_ok=True)
name = "%05d.json" % len(os.listdir(folder))
with open(os.path.join(folder, name), "wb") as file:
    file.write(data)
args = json.loads(data)["args"]
print(json.dumps({"output": "ok" if "hookContext" in args else {"echo": args}}))
"""


class Recorder:
    """The plugin `recorder`: keeps every standard input it gets."""

    def __init__(self, plugins: Path) -> None:
        self.folder = plugins / "community" / "recorder"
        self.folder.mkdir(parents=True)
        (self.folder / "record.py").write_text(_RECORD, "utf-8")
        triggers = "".join(f"      - {trigger}\n" for trigger in TRIGGERS)
        text = (
            "name: Recorder\n"
            "description: keeps what it is given\n"
            "version: 0.1\n"
            "exec:\n"
            "  - python\n"
            "  - -I\n"
            "  - -S\n"
            '  - "{pluginDir}/record.py"\n'
            "interface: raw\n"
            "tasks:\n"
            "  - name: Sync all\n"
            "    description: all of it\n"
            "    defaultArgs:\n"
            "      mode: full\n"
            "      limit: 10\n"
            "  - name: No args\n"
            "hooks:\n"
            "  - name: Everything\n"
            "    defaultArgs:\n"
            "      mode: hook\n"
            f"    triggeredBy:\n{triggers}"
        )
        (self.folder / "recorder.yml").write_text(text, "utf-8")

    def take(self) -> list[dict[str, Any]]:
        """Return the standard inputs since the last call, in order."""
        paths = sorted((self.folder / "calls").glob("*.json"))
        taken = [json.loads(path.read_text("utf-8")) for path in paths]
        for path in paths:
            path.unlink()
        return taken


def write_plugin(plugins: Path, id_: str, code: str = "", **fields: Any) -> Path:
    """Write a plugin whose program is this Python text, or whose yml has these fields instead; returns its folder."""
    folder = plugins / "community" / id_
    folder.mkdir(parents=True)
    (folder / "run.py").write_text(code, "utf-8")
    document = {"name": id_, "exec": ["python", "-I", "-S", "{pluginDir}/run.py"], **fields}
    # JSON is YAML; one key a line, values in one line.
    text = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in document.items())
    (folder / f"{id_}.yml").write_text(text, "utf-8")
    return folder

"""The library the recordings were made of, put together from the recordings themselves."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from plexsync_simulators.shared.json_type import Json

RECORDINGS = Path(__file__).parents[1] / "recordings" / "stash"
RECORDED_URL = "http://127.0.0.1:9999"
DEVELOP = "develop-2026-01"
NOW = "2026-11-23T01:02:55Z"
# Any own picture will do: what matters is that there is one.
OWN_PICTURE = base64.b64encode(b"\xff\xd8\xff\xe0 a picture of one's own").decode()


def recorded(kind: str, name: str) -> Any:
    """Return one recording as JSON."""
    return json.loads((RECORDINGS / kind / f"{name}.json").read_text("utf-8"))


def body_of(name: str) -> Any:
    """Return the recorded answer of a GraphQL request."""
    return recorded("graphql", name)["response"]["body"]


def library() -> Json:
    """Return the library document of the recorded server at the time of the find_* recordings."""
    times = {"created_at": NOW, "updated_at": NOW}
    tags = body_of("find_tags")["data"]["findTags"]["tags"]
    performers = body_of("find_performers")["data"]["findPerformers"]["performers"]
    studios = body_of("find_studios")["data"]["findStudios"]["studios"]
    alice = {"gender": "FEMALE", "favorite": True}
    return {
        "tags": [
            {**_only(tag, "id name"), "parent_ids": [one["id"] for one in tag["parents"]], **times} for tag in tags
        ],
        "performers": [
            {
                **_only(one, "id name disambiguation"),
                **(alice if one["id"] == "1" else {}),
                "image": _picture(one),
                **times,
            }
            for one in performers
        ],
        "studios": [
            {
                **_only(one, "id name"),
                "parent_id": (one["parent_studio"] or {}).get("id"),
                "image": _picture(one),
                **times,
            }
            for one in studios
        ],
        "groups": [{"id": "1", "name": "Group One", **times}],
        "galleries": [{"id": "1", "title": "Gal", **times}],
        "scenes": [_scene(scene) for scene in body_of("find_scenes_full")["data"]["findScenes"]["scenes"]],
        "markers": [
            {"id": "1", "scene_id": 4, "title": "mk", "seconds": 0.3, "end_seconds": 0.8, "primary_tag_id": 2, **times}
        ],
    }


_AS_THEY_ARE = "id title code details director date rating100 organized urls stash_ids created_at updated_at"


def _scene(scene: Json) -> Json:
    return {
        **_only(scene, _AS_THEY_ARE),
        "studio_id": scene["studio"] and scene["studio"]["id"],
        "performer_ids": [one["id"] for one in scene["performers"]],
        "tag_ids": [one["id"] for one in scene["tags"]],
        "gallery_ids": [one["id"] for one in scene["galleries"]],
        "group_ids": [[one["group"]["id"], one["scene_index"]] for one in scene["groups"]],
        "files": [_file(file) for file in scene["files"]],
        "cover": OWN_PICTURE if scene["files"] else None,
    }


def _file(file: Json) -> Json:
    fingerprints = {one["type"]: one["value"] for one in file["fingerprints"]}
    return {**_only(file, "id path size duration mod_time"), "fingerprints": fingerprints}


def _picture(row: Json) -> str | None:
    return None if row["image_path"].endswith("default=true") else OWN_PICTURE


def _only(row: Json, names: str) -> Json:
    return {name: row[name] for name in names.split()}

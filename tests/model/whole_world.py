"""The small world of the state machine: six scenes, seven files, and what people do to them on either side."""

from __future__ import annotations

from plexsync_simulators.shared.json_type import Json

STAMP = "2024-01-01T00:00:00Z"
KINDS = ("performer", "studio", "tag", "group")
FILES = ("a", "b", "c", "e", "e2")
SCENES = {
    "1": ["/data/a.mp4"],
    "2": ["/data/b.mp4"],
    "3": ["/data/c.mp4"],
    "4": ["/other/d.mp4"],
    "5": ["/data/e.mp4", "/data/e2.mp4"],
    "6": ["/data/new/f.mp4"],
}
PLEX_PATHS = {
    **{f"/data/{name}.mp4": f"/media/{name}.mp4" for name in FILES},
    "/other/d.mp4": "/media2/d.mp4",
    "/data/new/f.mp4": "/media/new/f.mp4",
}
"""Where Plex has each of Stash's files."""


def stash_library() -> Json:
    """Six scenes: one with two files, one whose folder no path map knows yet, one that Plex has not scanned yet."""
    numbers = {"performer": 4, "studio": 3, "tag": 4, "group": 3}
    times = {"created_at": STAMP, "updated_at": STAMP}
    rows = {
        f"{kind}s": [{"id": str(one), "name": f"{kind.title()} {one}", **times} for one in range(1, numbers[kind] + 1)]
        for kind in KINDS
    }
    return {**rows, "scenes": [_scene(id_, paths) for id_, paths in SCENES.items()]}


def _scene(id_: str, paths: list[str]) -> Json:
    number = int(id_)
    files = [
        {"path": path, "size": 1000 + len(path), "duration": 60.0, "created_at": STAMP, "updated_at": STAMP}
        for path in paths
    ]
    return {
        "id": id_,
        "title": "" if number == 3 else f"S{id_} title",
        "details": f"S{id_} details",
        "date": f"2020-01-0{id_}",
        "director": f"S{id_} director",
        "rating100": 50 + number,
        "studio_id": str(1 + number % 3),
        "performer_ids": [str(1 + number % 4), str(1 + (number + 1) % 4)],
        "tag_ids": [str(1 + number % 4)],
        "group_ids": [[str(1 + number % 3), None]],
        "files": files,
        "created_at": STAMP,
        "updated_at": STAMP,
    }


def plex_library() -> Json:
    """All files but one have an item; one item bears an agent's finds, another a person's."""
    items: list[Json] = [_item(path) for path in PLEX_PATHS.values() if "/new/" not in path]
    items[0] |= {"summary": "Agent's summary", "Genre": ["Agent's genre"], "studio": "Agent's studio"}
    items[1] |= {"summary": "Person's summary", "Genre": ["Person's genre"], "locked": ["summary", "genre"]}
    section = {
        "key": "1",
        "title": "Movies",
        "type": "movie",
        "agent": "tv.plex.agents.movie",
        "language": "en-US",
        "locations": ["/media", "/media2"],
        "items": items,
        "unscanned": [_file(PLEX_PATHS["/data/new/f.mp4"])],
    }
    return {"sections": [section]}


def _item(path: str) -> Json:
    return {"files": [_file(path)], "addedAt": 1_700_000_000, "updatedAt": 1_700_000_000}


def _file(path: str) -> Json:
    of_stash = next(ours for ours, theirs in PLEX_PATHS.items() if theirs == path)
    return {"path": path, "size": 1000 + len(of_stash), "duration": 60_000}


def save(kind: str, verb: str) -> str:
    """Write the mutation that saves one object."""
    word = kind.title()
    shape = "{ id }" if verb != "Destroy" else ""
    return f"mutation Test($input: {word}{verb}Input!) {{ {kind}{verb}(input: $input) {shape} }}"


BULK = "mutation Test($input: BulkSceneUpdateInput!) { bulkSceneUpdate(input: $input) { id } }"
MERGE_SCENES = "mutation Test($input: SceneMergeInput!) { sceneMerge(input: $input) { id } }"
MERGE_TAGS = "mutation Test($input: TagsMergeInput!) { tagsMerge(input: $input) { id } }"
MERGE_PERFORMERS = "mutation Test($input: PerformerMergeInput!) { performerMerge(input: $input) { id } }"
ASSIGN_FILE = "mutation Test($input: AssignSceneFileInput!) { sceneAssignFile(input: $input) }"

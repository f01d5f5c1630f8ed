"""How scenes are written: their columns, and what a hook is told of one that goes."""

from __future__ import annotations

from plexsync_simulators.stash.library.rows import Scene
from plexsync_simulators.stash.state import Stash
from plexsync_simulators.stash.writing import columns
from plexsync_simulators.stash.writing.columns import Column, Columns

SCENE_COLUMNS: Columns = {
    **columns.words("title code details director"),
    **columns.plain("rating100 resume_time play_duration"),
    **columns.flags("organized"),
    **columns.dates("date"),
    **columns.text_list("urls"),
    **columns.first_text("url", "urls"),
    **columns.reference("studio_id", "studios"),
    **columns.id_list("performer_ids", "performers"),
    **columns.id_list("tag_ids", "tags"),
    **columns.id_list("gallery_ids", "galleries"),
    **columns.picture("cover_image", "cover", cleared_by_null=False),
    "custom_fields": Column("custom_fields", columns.custom_fields),
    "stash_ids": Column("stash_ids", columns.stash_ids),
    "groups": Column("groups", columns.groups),
    "movies": Column("groups", columns.groups),
    "group_ids": Column("groups", columns.bulk_groups),
    "movie_ids": Column("groups", columns.bulk_groups),
}


def destroyed_file(stash: Stash, scene: Scene) -> dict[str, str]:
    """Return what a destroy hook is told of the primary file, empty texts where there is none."""
    files = stash.library.files_of(scene)
    oshash = files[0].fingerprints.get("oshash", "") if files else ""
    return {"checksum": "", "oshash": oshash, "path": stash.library.path(files[0]) if files else ""}

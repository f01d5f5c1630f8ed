"""Every operation that changes nothing for Plex: it is looked at, and not one request to Plex writes anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from change_stage import OLD, Changes, changes

from plexsync_simulators.shared.json_type import Json

Do = Callable[[Changes, str], object]


@pytest.fixture(scope="module")
def stage() -> Iterator[Changes]:
    with changes(60, uneven=10) as stage:
        yield stage


def on_scene(mutation: str) -> Do:
    """A mutation of one scene, whose id is $id."""
    return lambda stage, scene: stage.ask_stash(f"mutation Do($id: ID!) {{ {mutation} }}", id=scene)


WATCHED = {
    "scene_add_o": "sceneAddO(id: $id) { count }",
    "sceneDeleteO": "sceneDeleteO(id: $id) { count }",
    "sceneIncrementO": "sceneIncrementO(id: $id)",
    "sceneDecrementO": "sceneDecrementO(id: $id)",
    "sceneResetO": "sceneResetO(id: $id)",
    "scene_add_play": "sceneAddPlay(id: $id) { count }",
    "sceneDeletePlay": "sceneDeletePlay(id: $id) { count }",
    "sceneIncrementPlayCount": "sceneIncrementPlayCount(id: $id)",
    "sceneResetPlayCount": "sceneResetPlayCount(id: $id)",
    "scene_save_activity": "sceneSaveActivity(id: $id, resume_time: 12, playDuration: 10)",
    "sceneResetActivity": "sceneResetActivity(id: $id, reset_resume: true, reset_duration: true)",
}
SAVED = {
    "scene_update_same_title": 'sceneUpdate(input: { id: $id, title: "Row %s" }) { id }',
    "scene_update_organized": "sceneUpdate(input: { id: $id, organized: true }) { id }",
    "custom fields": 'sceneUpdate(input: { id: $id, custom_fields: { full: { room: "top", number: 3 } } }) { id }',
    "custom fields in bulk": 'bulkSceneUpdate(input: { ids: [$id], custom_fields: { remove: ["room"] } }) { id }',
    "code and urls": 'sceneUpdate(input: { id: $id, code: "X-1", urls: ["https://example.org/x"] }) { id }',
}


@pytest.mark.parametrize("row", WATCHED)
def test_somebody_watches(stage: Changes, row: str) -> None:
    scene = stage.take()
    with stage.nothing_goes_out():
        on_scene(WATCHED[row])(stage, scene)


def test_somebody_watches_by_dlna(stage: Changes) -> None:
    scene = stage.take()
    with stage.nothing_goes_out():
        stage.stash.control("POST", "play", {"id": scene, "seconds": 30})


@pytest.mark.parametrize("row", SAVED)
def test_a_save_of_what_plex_has_or_does_not_show(stage: Changes, row: str) -> None:
    scene = stage.take()
    with stage.nothing_goes_out():
        on_scene(SAVED[row].replace("%s", scene))(stage, scene)


def test_markers(stage: Changes) -> None:
    """Recorded marker_create, marker_update, marker_bulk_update, marker_destroy."""
    scene = stage.take()
    given = {"scene_id": scene, "title": "here", "seconds": 3.0, "primary_tag_id": "1", "tag_ids": ["2"]}
    create = "mutation Do($input: SceneMarkerCreateInput!) { sceneMarkerCreate(input: $input) { id } }"
    with stage.nothing_goes_out():
        markers = [stage.graphql(create, input={**given, "seconds": at})["id"] for at in (1.0, 2.0, 3.0)]
    update = 'mutation Do($id: ID!) { sceneMarkerUpdate(input: { id: $id, title: "there" }) { id } }'
    bulk = 'mutation Do($ids: [ID!]) { bulkSceneMarkerUpdate(input: { ids: $ids, title: "all" }) { id } }'
    with stage.nothing_goes_out():
        stage.ask_stash(update, id=markers[0])
        stage.ask_stash(bulk, ids=markers)
    with stage.nothing_goes_out():
        stage.ask_stash("mutation Do($id: ID!) { sceneMarkerDestroy(id: $id) }", id=markers[0])
        stage.ask_stash("mutation Do($ids: [ID!]!) { sceneMarkersDestroy(ids: $ids) }", ids=markers[1:])


def test_galleries(stage: Changes) -> None:
    """Recorded gallery_create, gallery_update, gallery_destroy; they are put on scenes and taken off again."""
    scene, other = stage.take_some(2)
    create = "mutation Do($input: GalleryCreateInput!) { galleryCreate(input: $input) { id } }"
    with stage.nothing_goes_out():
        gallery = stage.graphql(create, input={"title": "Stills", "scene_ids": [scene]})["id"]
    update = "mutation Do($input: GalleryUpdateInput!) { galleryUpdate(input: $input) { id } }"
    many = "mutation Do($input: [GalleryUpdateInput!]!) { galleriesUpdate(input: $input) { id } }"
    bulk = "mutation Do($input: BulkGalleryUpdateInput!) { bulkGalleryUpdate(input: $input) { id } }"
    with stage.nothing_goes_out():
        stage.graphql(update, input={"id": gallery, "title": "Other stills", "scene_ids": [other]})
        stage.graphql(many, input=[{"id": gallery, "title": "Still others"}])
        stage.graphql(bulk, input={"ids": [gallery], "scene_ids": {"ids": [scene], "mode": "ADD"}})
    with stage.nothing_goes_out():
        stage.ask_stash("mutation Do($ids: [ID!]!) { galleryDestroy(input: { ids: $ids }) }", ids=[gallery])


def test_a_scan_attaches_a_gallery_by_its_name(stage: Changes) -> None:
    scene = stage.take()
    with stage.nothing_goes_out():
        stage.scan(gallery=[stage.path(scene).replace(".mp4", ".zip")])


def generate(stage: Changes, scene: str, **what: bool) -> None:
    body = "mutation Do($input: GenerateMetadataInput!) { metadataGenerate(input: $input) }"
    stage.do_job(body, input={"sceneIDs": [scene], "overwrite": True, **what})


def test_generate_phash_only_and_fingerprints(stage: Changes) -> None:
    scene = stage.take()
    given = {"id": stage.file(scene), "fingerprints": [{"type": "phash", "value": "00ff"}]}
    with stage.nothing_goes_out():
        generate(stage, scene, phashes=True)
        stage.graphql(
            "mutation Do($input: FileSetFingerprintsInput!) { fileSetFingerprints(input: $input) }", input=given
        )


def test_generate_an_interactive_heatmap(stage: Changes) -> None:
    """It moves the scene's stamp."""
    scene = stage.take()
    stage.stash.control("POST", "funscript", {"paths": [stage.path(scene)]})
    before = stage.scene(scene)["updated_at"]
    with stage.nothing_goes_out():
        generate(stage, scene, interactiveHeatmapsSpeeds=True)
    assert stage.scene(scene)["updated_at"] != before


def test_covers_where_posters_are_switched_off(stage: Changes) -> None:
    """Recorded generate_covers_phash and scene_generate_screenshot; with posters: test_every_change_covers."""
    scene = stage.take()
    with stage.nothing_goes_out():
        generate(stage, scene, covers=True, phashes=True)
        on_scene("sceneGenerateScreenshot(id: $id, at: 3)")(stage, scene)


@pytest.mark.parametrize("row", ["scan_no_change", "scan_rescan", "scan_touched_file"])
def test_a_scan_that_finds_nothing_new(stage: Changes, row: str) -> None:
    scan_silently(stage, row)


def scan_silently(stage: Changes, row: str) -> None:
    touched = [stage.path(stage.take())]
    stage.wait_idle(10)
    stage.reset_counts()
    stage.stash.control("POST", "files", {"touch": touched if row == "scan_touched_file" else []})
    stage.do_job("mutation Do($all: Boolean) { metadataScan(input: { rescan: $all }) }", all=row == "scan_rescan")
    stage.rig_idle()
    counts = stage.plex_counts()
    assert (counts["PUT"], counts["POST"], counts["DELETE"]) == (0, 0, 0)


def test_exports_and_backups_and_queries_only_read(stage: Changes) -> None:
    scene = stage.take()
    stage.wait_idle(10)
    stage.reset_counts()
    for _ in range(3):
        assert stage.export(scene)
        stage.do_job("mutation { metadataExport }")
        stage.ask_stash("mutation { backupDatabase(input: { download: false }) }")
        stage.ask_stash('mutation { querySQL(sql: "SELECT id FROM scenes") { rows } }')
        stage.rig_idle()
    assert stage.asked("Poll") <= 1, "besides the one that comes each minute none is set off, least of all every time"
    counts = stage.plex_counts()
    assert (counts["PUT"], counts["POST"]) == (0, 0)


def test_an_import_of_what_is_there_already(stage: Changes) -> None:
    scene = stage.take()
    with stage.nothing_goes_out():
        stage.upload(stage.export(scene))


def test_in_an_old_stash_too() -> None:
    """Neither filters by files nor lists of folders tell there, so that a full scan has to find it."""
    with changes(12, uneven=10, version=OLD) as stage:
        for row in ("scan_rescan", "scan_touched_file"):
            scan_silently(stage, row)
        with stage.nothing_goes_out():
            on_scene(WATCHED["scene_add_play"])(stage, stage.take())
        scene = stage.take()
        given: Json = {"id": stage.file(scene), "fingerprints": [{"type": "phash", "value": "00ff"}]}
        body = "mutation Do($input: FileSetFingerprintsInput!) { fileSetFingerprints(input: $input) }"
        with stage.nothing_goes_out():
            stage.graphql(body, input=given)
            stage.sees(lambda: stage.asked("Listing") > 0)

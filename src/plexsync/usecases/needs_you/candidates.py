"""The items that hold a file of a scene, side by side, so that a person can choose the right one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from plexsync.domain.advice import Advice, explain_error
from plexsync.domain.errors import PlexSyncError
from plexsync.domain.model import Item, Part, Scene, SceneFile
from plexsync.domain.paths.key import path_key
from plexsync.index.claims import claims_on
from plexsync.index.path_mapping import kept_map
from plexsync.store import Store
from plexsync.usecases.needs_you.candidate import CandidateFile, Candidates, ItemCandidate, OtherScene, StashFile
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.queue.rows import scene_name

_SAME_SECONDS = 2.0
"""Both servers round a duration in their own way."""


def candidates_in(folder: Path, scene_id: int) -> Candidates:
    """Show the items that hold a file of a scene, by what is in a data folder."""
    with open_data(folder) as opened:
        return candidates(opened, scene_id)


def candidates(opened: Opened, scene_id: int) -> Candidates:
    """Show the items that hold a file of a scene; where a server is away, as far as is remembered."""
    store = opened.store
    holding = store.library.holding(store.scenes.keys_of(scene_id))
    keys = sorted({item for places in holding.values() for item, _ in places})
    scene, items, trouble = _ask(opened, scene_id, keys)
    title, path = store.scenes.names([scene_id]).get(scene_id, ("", ""))
    return Candidates(
        scene_id=scene_id,
        title=scene_name(title if scene is None else scene.title, path),
        files=tuple(StashFile(one.path, one.size, one.duration) for one in (() if scene is None else scene.files)),
        items=tuple(_candidates(store, scene_id, keys, items, () if scene is None else scene.files)),
        trouble=trouble,
    )


def _ask(opened: Opened, scene_id: int, keys: Sequence[str]) -> tuple[Scene | None, Mapping[str, Item], Advice | None]:
    """Read the scene and the items as they are now."""
    servers = opened.target.servers
    scene = None
    try:
        scene = servers.scenes.read([scene_id]).scenes.get(scene_id)
        return scene, servers.items.read(keys), None
    except PlexSyncError as error:
        return scene, {}, explain_error(error)


def _candidates(
    store: Store, scene_id: int, keys: Sequence[str], items: Mapping[str, Item], files: Sequence[SceneFile]
) -> Iterable[ItemCandidate]:
    claims = claims_on(store, keys)
    owners = store.scenes.claimants({key for of_item in store.library.keys_of(keys).values() for key in of_item})
    names = store.scenes.names({scene for scenes in owners.values() for scene in scenes})
    paths = kept_map(store)
    own = {paths.key_of(file.path): file for file in files} or dict.fromkeys(store.scenes.keys_of(scene_id))
    titles, sections, libraries = store.library.titles(keys), store.library.section_of(keys), store.library.sections()
    of_items = store.library.keys_of(keys)
    for key in keys:
        decision = claims.decided.get((scene_id, key))
        others = sorted(frozenset[int]().union(*(owners[path] for path in of_items[key])) - {scene_id})
        library = libraries.get(sections.get(key, ""))
        yield ItemCandidate(
            rating_key=key,
            title=titles.get(key, ""),
            library="" if library is None else library.title,
            files=tuple(_file(part, own) for part in _parts(store, key, items)),
            others=tuple(OtherScene(one, scene_name(*names.get(one, ("", "")))) for one in others),
            decision="" if decision is None else decision.code,
        )


def _parts(store: Store, key: str, items: Mapping[str, Item]) -> Sequence[Part]:
    if key in items:
        return items[key].parts
    return [Part(path, size) for path, size in store.library.parts_of(key)]


def _file(part: Part, own: Mapping[str, SceneFile | None]) -> CandidateFile:
    key, seconds = path_key(part.path), part.duration / 1000
    said = own.get(key)
    return CandidateFile(
        path=part.path,
        size=part.size,
        duration=seconds,
        is_own=key in own,
        same_size=said is not None and bool(part.size) and said.size == part.size,
        same_duration=said is not None and bool(seconds) and abs(said.duration - seconds) <= _SAME_SECONDS,
    )

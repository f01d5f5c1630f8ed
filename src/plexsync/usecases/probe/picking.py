"""The one item that a person picks for the probe: by its scene, or by Plex's own key."""

from __future__ import annotations

import re
from dataclasses import dataclass

from plexsync.domain.model import Field
from plexsync.domain.phrases import counted
from plexsync.plex import library
from plexsync.stash import scenes
from plexsync.usecases.dry_run.rehearsal import consult
from plexsync.usecases.opening import Opened
from plexsync.usecases.refusal import Refused

PICKING_REQUESTS = 3
"""The item is read, and the libraries are listed on one page or two; a scene's item is found as `plexsync why` does."""

_NAME = re.compile(r"(?:(plex):)?([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class PickedItem:
    """The item to write to, and its title and library, by which a person knows it."""

    rating_key: str
    section_id: str
    title: str
    library: str


def pick(opened: Opened, name: str) -> PickedItem:
    """Find the item that ``name`` means: ``17`` is a scene, ``plex:4711`` a rating key.

    Raises :class:`Refused`, server and settings errors.
    """
    found = _NAME.fullmatch(name.strip())
    if found is None:
        raise Refused("probe_item_name", {"value": name[:40]})
    rating_key = found[2] if found[1] else _of_scene(opened, int(found[2]))
    client = opened.target.client
    items = library.items(client, [rating_key])
    if rating_key not in items:
        raise Refused("item_gone", {"rating_key": rating_key})
    item = items[rating_key]
    section = next((one for one in library.sections(client) if one.id == item.section_id), None)
    if section is None or section.type != "movie":
        raise Refused("probe_not_movie", {"rating_key": rating_key, "value": section.type if section else "stranger"})
    title = str(item.fields[Field.TITLE])
    return PickedItem(rating_key, item.section_id, title, section.title)


def _of_scene(opened: Opened, scene_id: int) -> str:
    """Return the one item of a scene."""
    scene = scenes.read(opened.context.stash, [scene_id]).scenes.get(scene_id)
    if scene is None:
        raise Refused("no_such_scene", {"scene": str(scene_id)})
    with consult(opened) as rehearsal:
        (scene_plan,) = rehearsal.planner.plan([scene])
    keys = [plan.rating_key for plan in scene_plan.plans]
    if len(keys) != 1:
        raise Refused("probe_items", {"scene": str(scene_id), "items": counted(len(keys), "item")})
    return keys[0]

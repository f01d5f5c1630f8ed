"""An agent's acts on an item: refresh it, or match it to something else.

Source: docs/engineering/plex.md §2.5 and §7.5 (locked fields stay, others are overwritten);
plexapi's mixins/unmatch_match.py and the specification's `PUT /library/metadata/{ids}/match` for the requests.
"""

from __future__ import annotations

from collections.abc import Mapping

from plexsync_simulators.plex.fields import ELEMENTS, SCALARS
from plexsync_simulators.plex.library.gallery import GENERATED
from plexsync_simulators.plex.library.loading import assign, attach_named
from plexsync_simulators.plex.library.model import Item, PlexLibrary, name_after_file
from plexsync_simulators.shared.json_type import Row

# A person's own values, whatever the item is matched to.
_PERSONAL = frozenset({"userRating", "addedAt", "label", "collection"})


def refresh(library: PlexLibrary, item: Item) -> None:
    """Write the agent's values into all unlocked fields; an unlocked picture falls back to the agent's own.

    Tags are added, none is taken away (docs/engineering/plex.md §7.5).
    """
    values = {name: value for name, value in item.agent.items() if ELEMENTS.get(name, name) not in item.locks}
    assign(library, item, {name: value for name, value in values.items() if name not in ELEMENTS})
    for element in values.keys() & ELEMENTS.keys():
        attach_named(library, item, ELEMENTS[element], values[element])
    for element, gallery in item.galleries.items():
        if element not in item.locks:
            gallery.selected = GENERATED


def match(
    library: PlexLibrary, item: Item, guid: str, name: str = "", agent: Mapping[str, object] | None = None
) -> None:
    """Make the item another film: what the old agent wrote goes, the new one's data comes, locked fields stay.

    Without `agent`, the data are those of the candidate with that guid.
    """
    found = next((one for one in item.candidates if one["guid"] == guid), {})
    item.agent = dict(found.get("agent", {}) if agent is None else agent)
    item.guid, item.guids = guid, []
    _forget_agent(library, item, name or str(found.get("name", "")))
    refresh(library, item)


def unmatch(library: PlexLibrary, item: Item) -> None:
    """Take the match away: the file's name is all that is known."""
    match(library, item, f"local://{item.key}", agent={})


def _forget_agent(library: PlexLibrary, item: Item, name: str) -> None:
    """Empty the unlocked fields; a title there must be, the match's or the file's."""
    first = next(item.parts(), None)
    named = name_after_file(first.path) if first else {"title": ""}
    if name:
        named["title"] = name
    fresh = {field: None for field in SCALARS if field not in _PERSONAL} | named | {"summary": ""}
    lists: Row = {element: [] for element, kind in ELEMENTS.items() if kind not in _PERSONAL}
    values = {**fresh, **lists}
    assign(library, item, {name: value for name, value in values.items() if ELEMENTS.get(name, name) not in item.locks})


def candidates(item: Item) -> list[Row]:
    """The other matches an agent offers, best first, as Plex lists them."""
    shown = [{name: one[name] for name in ("guid", "name", "year", "score") if name in one} for one in item.candidates]
    return sorted(({"score": 90, "type": item.kind, **one} for one in shown), key=lambda one: -int(one["score"]))

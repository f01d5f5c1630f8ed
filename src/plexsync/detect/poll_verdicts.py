"""Judgements on a poll by its time stamps: rules that keep no state."""

from __future__ import annotations

from plexsync.domain.digest import content
from plexsync.domain.model import Scene
from plexsync.stash import timestamps
from plexsync.stash.changes.feed import FeedPoll
from plexsync.store.scenes import SeenScene

YOUNG_SECONDS = 2.0


def is_changed(scene: Scene, seen: SeenScene | None) -> bool:
    """Tell whether a scene is another than when it was last seen, by its content if that is known."""
    if seen is None:
        return True
    return seen.content != content(scene) if seen.content else seen.updated_at != scene.updated_at


def scene_stamps(found: FeedPoll) -> dict[int, str]:
    """Return the stamps of all scenes that a poll tells of."""
    return {**{scene.id: scene.updated_at for scene in found.scenes}, **found.scene_ids}


def young(found: FeedPoll, clock_before: float) -> set[int]:
    """Return the scenes that were stamped, or their files, since a moment before the poll before.

    Stamps have whole seconds: a scene that has been read since may have been edited once more under the same one.
    ``clock_before`` is what the server's clock said when that poll began, also if it was another agent's.
    """
    since, until = min(clock_before, found.cursor.clock) - YOUNG_SECONDS, found.cursor.clock + YOUNG_SECONDS
    stamps = {scene.id: scene.updated_at for scene in found.scenes}
    return {
        scene
        for told in (stamps, found.scene_ids, found.file_changes)
        for scene, at in told.items()
        if since <= timestamps.instant(at) <= until  # a stamp of the future is told by every poll
    }


def has_happened(found: FeedPoll, moment: float) -> bool:
    """Tell whether anything was deleted or stamped after a moment (UTC seconds of the server's clock).

    A change that was stamped before was there at the poll before, however it comes to be news now.
    """
    stamps = (
        *scene_stamps(found).values(),
        *found.file_changes.values(),
        *(one.updated_at for one in found.entities),
    )
    return bool(found.vanished) or any(timestamps.instant(stamp) > moment for stamp in stamps)

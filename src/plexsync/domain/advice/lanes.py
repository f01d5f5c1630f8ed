"""The parts of the queue in words, the same ones wherever a person reads of them."""

from __future__ import annotations

from collections.abc import Mapping

from plexsync.domain.person.lanes import Lane

LANE_NAMES: Mapping[Lane, str] = {
    Lane.WORKING: "working",
    Lane.NEXT: "next",
    Lane.WAITING: "waiting",
    Lane.PARKED: "parked",
    Lane.DEAD: "given up",
}

LANE_MEANINGS: Mapping[Lane, str] = {
    Lane.WORKING: "PlexSync works on it now.",
    Lane.NEXT: "It comes next, in this order.",
    Lane.WAITING: "It did not work out, and PlexSync tries it again by itself.",
    Lane.PARKED: "It waits until something changes in Plex, in Stash, or by your word.",
    Lane.DEAD: "It failed too often, and needs you.",
}
"""The state of a scene in each part."""

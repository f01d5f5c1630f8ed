"""The fault when a server does not answer: the server's own, or that of one scene.

After a failure less is tried at once, in the end one scene by itself. A scene that fails alone lets others go first. If
they do well and it fails again, it is the scene. That is an item's trouble like any other. If nothing does well, it
is the server, and no scene is held to account.

To do well is to get past the very step at which the scene fails: while Plex takes no edits, a scene that needs none
proves nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from plexsync.sync.steps import Step

SHRINK = 4
MOST_SUSPECTS = 200


class FaultIsolation:
    """How many scenes to work on at once (``limit``), and which failed alone (``suspects``) and let others go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._successes: Counter[Step] = Counter()
        self._failed_at: dict[int, tuple[Step, int]] = {}
        self.limit = most

    @property
    def suspects(self) -> frozenset[int]:
        """The scenes that failed alone since another last got past the step at which they did."""
        return frozenset(scene for scene, (step, at) in self._failed_at.items() if at == self._successes[step])

    def done(self, scenes: set[int], passed: Iterable[Step]) -> None:
        """Note that work on these scenes succeeded, and which steps it needed a server for."""
        if not scenes:
            return
        self._successes.update(passed)
        self.limit = min(self._most, self.limit * SHRINK)
        for scene in scenes & self._failed_at.keys():
            del self._failed_at[scene]

    def falls_on_one(self, scenes: set[int], step: Step) -> bool:
        """Note that a server failed at a step of these scenes' work; tells whether it is one that is to blame."""
        self.limit = max(1, min(self.limit, len(scenes)) // SHRINK)
        if len(scenes) != 1:
            return False
        (scene,) = scenes
        at_step, at = self._failed_at.pop(scene, (step, self._successes[step]))
        is_to_blame = at_step is step and at < self._successes[step]
        if not is_to_blame:
            self._failed_at[scene] = (step, self._successes[step])
            while len(self._failed_at) > MOST_SUSPECTS:
                del self._failed_at[next(iter(self._failed_at))]
        return is_to_blame

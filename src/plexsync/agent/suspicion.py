"""Whose fault it is when a server does not answer: its own, or that of one scene on which it stumbles.

After a failure less is tried at once, in the end one scene by itself. A scene that fails alone lets others go first. If
they do well and it fails again, it is the scene, and that is an item's trouble like any other. If nothing does well, it
is the server, and no scene is held to account.
"""

from __future__ import annotations

SHRINK = 4
MOST_SUSPECTS = 200


class Suspicion:
    """How many scenes to work on at once (``limit``), and which failed alone (``suspects``) and let others go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._successes = 0
        self._failed_at: dict[int, int] = {}
        self.limit = most

    @property
    def suspects(self) -> frozenset[int]:
        """The scenes that failed alone since anything last succeeded."""
        return frozenset(scene for scene, at in self._failed_at.items() if at == self._successes)

    def done(self, scenes: set[int]) -> None:
        """Note that work on these scenes succeeded."""
        if not scenes:
            return
        self._successes += 1
        self.limit = min(self._most, self.limit * SHRINK)
        for scene in scenes & self._failed_at.keys():
            del self._failed_at[scene]

    def falls_on_one(self, scenes: set[int]) -> bool:
        """Note that a server failed at these scenes; tells whether it is one that is to blame."""
        self.limit = max(1, min(self.limit, len(scenes)) // SHRINK)
        if len(scenes) != 1:
            return False
        (scene,) = scenes
        is_to_blame = self._failed_at.pop(scene, self._successes) < self._successes
        if not is_to_blame:
            self._failed_at[scene] = self._successes
            while len(self._failed_at) > MOST_SUSPECTS:
                del self._failed_at[next(iter(self._failed_at))]
        return is_to_blame

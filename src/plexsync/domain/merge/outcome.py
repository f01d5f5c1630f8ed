"""The outcome of merging one field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as default

from plexsync.domain.model import Value, Why


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome for one field.

    ``why`` is None where nothing is written; ``kept`` is what stays although Stash says otherwise, with ``kept_why``.
    ``ours`` is what of the observed value is ours already, ``pushed`` what will be once the change is in Plex.
    ``inherited`` is what of ``pushed`` the scene has still not said anything of. ``sent`` is ours as long as the change
    is on its way, "" where that is ``pushed``; ``lock`` is that of a :class:`~plexsync.domain.model.Change`.
    """

    observed: Value
    after: Value
    why: Why | None
    ours: Value
    pushed: Value
    kept: Value = ""
    kept_why: Why | None = None
    photos: Mapping[str, str] = default(default_factory=dict)
    inherited: Value = ""
    sent: Value = ""
    lock: bool | None = None

    @property
    def intended(self) -> Value:
        """The part of the value that is to be known as ours from the moment of sending."""
        return self.sent or self.pushed

    def leave(self, kept_why: Why) -> Merged:
        """Write nothing after all, and say why."""
        return replace(
            self, after=self.observed, why=None, pushed=self.ours, kept=self.observed, kept_why=kept_why, photos={}
        )

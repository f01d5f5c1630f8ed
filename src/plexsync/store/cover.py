"""A scene's cover on an item as a link remembers it: what Plex was given, and what is still on its way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sending:
    """A picture on its way to Plex: the SHA-1 of its bytes, and whether Plex has taken them, as far as is known.

    ``was_locked`` tells whether the picture before it was locked: Plex may lock an upload by itself.
    """

    sha1: str
    is_taken: bool = False
    was_locked: bool = True


@dataclass(frozen=True, slots=True)
class Cover:
    """A scene's cover on an item as it was last dealt with. Mappings are by artwork where nothing else is said."""

    etag: str = ""
    """Stash's ETag of the bytes."""

    seen: str = ""
    """The scene's ``updated_at`` at that time, "" where Plex may show another picture since."""

    uploads: Mapping[str, str] = field(default_factory=dict)
    """The SHA-1 of what Plex holds."""

    unsaid: str = ""
    """Set where it is another scene's, and the present one has said nothing yet (:mod:`plexsync.stash.stills`)."""

    names: Mapping[str, str] = field(default_factory=dict)
    """The SHA-1 of uploads that Plex calls otherwise, by its name."""

    sending: Mapping[str, Sending] = field(default_factory=dict)
    """Pictures that were sent and not seen yet: where one is shown, it is ours."""

    left: Mapping[str, str] = field(default_factory=dict)
    """The SHA-1 of what was left as a picture that is switched off now."""

    replaced: tuple[str, ...] = ()
    """Pictures that PlexSync had replaced and that an older database of Plex has brought back."""

    late: Mapping[str, float] = field(default_factory=dict)
    """Pictures that were sent in vain and may yet be shown, by SHA-1, with the moments."""

    taken_back: Mapping[str, str] = field(default_factory=dict)
    """The SHA-1 of covers that a person has undone: they are not sent again."""

    @property
    def ours(self) -> Mapping[str, str]:
        """The SHA-1 of what was left per artwork, also of those that are switched off now."""
        return {**self.left, **self.uploads}

    @property
    def has_ours(self) -> bool:
        """Tell whether any picture was left there, or may have been."""
        return bool(self.sending) or any(self.ours.values())

    def handed_on(self, unsaid: str = "") -> Cover:
        """Return what another item or another scene is to know of it: the pictures, and nothing of the scene."""
        return Cover(uploads=self.ours, unsaid=unsaid, names=self.names, sending=self.sending, late=self.late)


def cover_of(text: str) -> Cover:
    """Read a cover as :func:`cover_text` wrote it."""
    kept = json.loads(text)
    return Cover(
        etag=kept["etag"],
        seen=kept["seen"],
        uploads=kept["uploads"],
        unsaid=kept.get("unsaid", ""),
        names=kept.get("names", {}),
        sending={image: Sending(*sent) for image, sent in kept.get("sending", {}).items()},
        left=kept.get("left", {}),
        replaced=tuple(kept.get("replaced", ())),
        late=kept.get("late", {}),
        taken_back=kept.get("taken_back", {}),
    )


def cover_text(cover: Cover) -> str:
    """Return a cover as a row keeps it; what most items have nothing of stands there only where they have."""
    always = {"etag": cover.etag, "seen": cover.seen, "uploads": dict(cover.uploads), "unsaid": cover.unsaid}
    seldom = {
        "names": dict(cover.names),
        "left": dict(cover.left),
        "replaced": cover.replaced,
        "late": dict(cover.late),
        "taken_back": dict(cover.taken_back),
        "sending": {image: [sent.sha1, sent.is_taken, sent.was_locked] for image, sent in cover.sending.items()},
    }
    return json.dumps({**always, **{name: value for name, value in seldom.items() if value}})

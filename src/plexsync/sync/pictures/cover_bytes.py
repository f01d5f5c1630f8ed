"""A cover as it goes to Plex: in bytes that Plex takes."""

from __future__ import annotations

from dataclasses import replace

from plexsync.plex.picture_conversion import as_plex_takes_it, decoder_at_hand
from plexsync.stash.client import ImageAnswer


def as_sent(answer: ImageAnswer, rating_key: str) -> ImageAnswer:
    """Return a cover that Stash sent as it goes to Plex, in bytes that Plex takes; raises :class:`ImageRejected`."""
    picture = as_plex_takes_it(answer.data, rating_key, decoder_at_hand())
    return replace(answer, data=picture.data, content_type=picture.media_type)

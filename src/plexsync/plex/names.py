"""Plex's names for PlexSync's fields.

Source: docs/engineering/plex.md §2.2; recording ``rs_metadata_movie_182_full.json``.
"""

from __future__ import annotations

from collections.abc import Mapping

from plexsync.domain.model import LIST_FIELDS, Artwork, Field

_NAMES: Mapping[Field, tuple[str, ...]] = {
    Field.TITLE: ("title",),
    Field.SORT_TITLE: ("titleSort",),
    Field.SUMMARY: ("summary",),
    Field.DATE: ("originallyAvailableAt",),
    Field.STUDIO: ("studio",),
    Field.RATING: ("userRating",),
    Field.ACTORS: ("actor", "Role"),
    Field.GENRES: ("genre", "Genre"),
    Field.DIRECTORS: ("director", "Director"),
    Field.COLLECTIONS: ("collection", "Collection"),
    Field.LABELS: ("label", "Label"),
}
"""The name of each field in an edit, and for a list the name of its rows in an answer."""

PARAMETER: Mapping[Field, str] = {of: names[0] for of, names in _NAMES.items()}
"""The name in an edit and in a lock; for scalars also the attribute's name in an answer."""

ELEMENT: Mapping[Field, str] = {of: _NAMES[of][1] for of in LIST_FIELDS}
"""The name of a list field's rows in an answer."""

PICTURE_LOCK: Mapping[str, Artwork] = {"thumb": Artwork.POSTER, "art": Artwork.ART}
"""The pictures by the names of their locks, which are those of their addresses in an answer too."""

OF_LOCK: Mapping[str, Field] = {name: of for of, name in PARAMETER.items()}

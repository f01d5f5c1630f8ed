"""What Plex calls PlexSync's fields.

Source: docs/engineering/plex.md §2.2; recording ``rs_metadata_movie_182_full.json``.
"""

from __future__ import annotations

from collections.abc import Mapping

from plexsync.domain.model import Field

PARAMETER: Mapping[Field, str] = {
    Field.TITLE: "title",
    Field.SORT_TITLE: "titleSort",
    Field.SUMMARY: "summary",
    Field.DATE: "originallyAvailableAt",
    Field.STUDIO: "studio",
    Field.RATING: "userRating",
    Field.ACTORS: "actor",
    Field.GENRES: "genre",
    Field.DIRECTORS: "director",
    Field.COLLECTIONS: "collection",
    Field.LABELS: "label",
}
"""The name in an edit and in a lock; for scalars also the attribute's name in an answer."""

ELEMENT: Mapping[Field, str] = {
    Field.ACTORS: "Role",
    Field.GENRES: "Genre",
    Field.DIRECTORS: "Director",
    Field.COLLECTIONS: "Collection",
    Field.LABELS: "Label",
}
"""The name of a list field's rows in an answer."""

OF_LOCK: Mapping[str, Field] = {name: of for of, name in PARAMETER.items()}

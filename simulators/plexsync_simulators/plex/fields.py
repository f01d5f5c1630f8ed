"""The metadata fields of a movie: what may be set, locked and listed, under which names.

Source: docs/engineering/plex.md §2.2 and the recordings rs_metadata_movie_182_full.json, rs_movie_listing.json.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["text", "date", "rating", "epoch"]

# Editable scalar fields and how their text in the query is read.
SCALARS: dict[str, Kind] = {
    "title": "text",
    "titleSort": "text",
    "originalTitle": "text",
    "editionTitle": "text",
    "studio": "text",
    "contentRating": "text",
    "tagline": "text",
    "summary": "text",
    "originallyAvailableAt": "date",
    "userRating": "rating",
    "rating": "rating",
    "audienceRating": "rating",
    "addedAt": "epoch",
}

# Fields that have a lock but no editable value.
LOCK_ONLY = frozenset({"thumb", "art", "clearLogo", "squareArt", "theme"})

# Tag lists: name in an edit and in a lock -> element name in an answer, in the order answers have them.
TAGS: dict[str, str] = {
    "genre": "Genre",
    "director": "Director",
    "writer": "Writer",
    "producer": "Producer",
    "country": "Country",
    "collection": "Collection",
    "actor": "Role",
    "similar": "Similar",
    "style": "Style",
    "mood": "Mood",
    "label": "Label",
}
ELEMENTS: dict[str, str] = {element: name for name, element in TAGS.items()}

# The part of each tag list that a listing row keeps; a list not named here is left out of rows altogether.
ROW_LIMITS: dict[str, int] = {"genre": 2, "director": 2, "writer": 2, "country": 2, "collection": 2, "actor": 3}

LOCKABLE = frozenset(SCALARS) | LOCK_ONLY | frozenset(TAGS)

TYPE_IDS: dict[str, int] = {"movie": 1, "show": 2, "artist": 8, "photo": 13, "collection": 18}

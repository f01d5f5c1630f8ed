"""The rows of the library, one class per noun, mutable because this is the database.

Ids and references are integers here and strings in GraphQL. Times are the stored texts. An image is its bytes or None.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Folder:
    id: int
    created_at: str
    updated_at: str
    path: str = ""
    parent_id: int | None = None
    mod_time: str = ""


@dataclass(slots=True)
class File:
    """A video file. `fingerprints` maps a type (oshash, phash) to its value; `interactive` ones have a funscript."""

    id: int
    created_at: str
    updated_at: str
    folder_id: int = 0
    basename: str = ""
    size: int = 0
    duration: float = 0.0
    width: int = 64
    height: int = 36
    mod_time: str = ""
    fingerprints: dict[str, str] = field(default_factory=dict)
    interactive: bool = False
    interactive_speed: int | None = None


@dataclass(slots=True)
class Scene:
    """A scene. The first of `file_ids` is its primary file; `groups` maps a group's id to the scene's number in it."""

    id: int
    created_at: str
    updated_at: str
    title: str = ""
    code: str = ""
    details: str = ""
    director: str = ""
    date: str | None = None
    rating100: int | None = None
    organized: bool = False
    urls: list[str] = field(default_factory=list)
    studio_id: int | None = None
    performer_ids: list[int] = field(default_factory=list)
    tag_ids: list[int] = field(default_factory=list)
    gallery_ids: list[int] = field(default_factory=list)
    groups: dict[int, int | None] = field(default_factory=dict)
    stash_ids: list[dict[str, object]] = field(default_factory=list)
    file_ids: list[int] = field(default_factory=list)
    cover: bytes | None = None
    o_history: list[str] = field(default_factory=list)
    play_history: list[str] = field(default_factory=list)
    play_duration: float = 0.0
    resume_time: float = 0.0
    custom_fields: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Performer:
    """A performer; `extra` holds the many plain fields nothing else looks at (eye_color, tattoos, ...)."""

    id: int
    created_at: str
    updated_at: str
    name: str = ""
    disambiguation: str = ""
    gender: str | None = None
    alias_list: list[str] = field(default_factory=list)
    birthdate: str | None = None
    death_date: str | None = None
    ethnicity: str | None = None
    country: str | None = None
    details: str | None = None
    height_cm: int | None = None
    rating100: int | None = None
    favorite: bool = False
    ignore_auto_tag: bool = False
    urls: list[str] = field(default_factory=list)
    tag_ids: list[int] = field(default_factory=list)
    stash_ids: list[dict[str, object]] = field(default_factory=list)
    extra: dict[str, object] = field(default_factory=dict)
    image: bytes | None = None


@dataclass(slots=True)
class Studio:
    id: int
    created_at: str
    updated_at: str
    name: str = ""
    parent_id: int | None = None
    aliases: list[str] = field(default_factory=list)
    details: str | None = None
    rating100: int | None = None
    favorite: bool = False
    organized: bool = False
    ignore_auto_tag: bool = False
    urls: list[str] = field(default_factory=list)
    tag_ids: list[int] = field(default_factory=list)
    stash_ids: list[dict[str, object]] = field(default_factory=list)
    image: bytes | None = None
    custom_fields: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Tag:
    id: int
    created_at: str
    updated_at: str
    name: str = ""
    sort_name: str | None = None
    description: str | None = None
    parent_ids: list[int] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    favorite: bool = False
    ignore_auto_tag: bool = False
    stash_ids: list[dict[str, object]] = field(default_factory=list)
    image: bytes | None = None
    custom_fields: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Group:
    """A group; `sub_groups` maps the ids of groups in it, in their order, to a description of each."""

    id: int
    created_at: str
    updated_at: str
    name: str = ""
    aliases: str | None = None
    duration: int | None = None
    date: str | None = None
    rating100: int | None = None
    studio_id: int | None = None
    director: str | None = None
    synopsis: str | None = None
    urls: list[str] = field(default_factory=list)
    tag_ids: list[int] = field(default_factory=list)
    front_image: bytes | None = None
    back_image: bytes | None = None
    sub_groups: dict[int, str | None] = field(default_factory=dict)
    custom_fields: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Marker:
    id: int
    created_at: str
    updated_at: str
    scene_id: int = 0
    title: str = ""
    seconds: float = 0.0
    end_seconds: float | None = None
    primary_tag_id: int = 0
    tag_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Gallery:
    id: int
    created_at: str
    updated_at: str
    title: str = ""
    code: str = ""
    date: str | None = None
    details: str = ""
    photographer: str = ""
    rating100: int | None = None
    organized: bool = False
    urls: list[str] = field(default_factory=list)
    studio_id: int | None = None
    performer_ids: list[int] = field(default_factory=list)
    tag_ids: list[int] = field(default_factory=list)
    custom_fields: dict[str, object] = field(default_factory=dict)

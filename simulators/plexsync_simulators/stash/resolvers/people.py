"""Mutations of performers, studios, tags and groups, which are alike but for their columns, checks and hooks.

None of them moves a scene's `updated_at`, not even where a scene shows another name or loses a tag afterwards
(tests/recordings/stash/hooks/INDEX.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from plexsync_simulators.stash.errors import ResolverError
from plexsync_simulators.stash.graphql.engine import Resolver
from plexsync_simulators.stash.graphql.inputs import atoi, ids
from plexsync_simulators.stash.library.tables import StashLibrary
from plexsync_simulators.stash.reading.people import EXTRA_PERFORMER_FIELDS
from plexsync_simulators.stash.resolvers.groups import contain, sub_group_columns
from plexsync_simulators.stash.state import Request, Stash
from plexsync_simulators.stash.tasks.stash_box import BatchTag
from plexsync_simulators.stash.writing import columns
from plexsync_simulators.stash.writing.columns import Column, Columns, changes, write

Arguments = Mapping[str, Any]

_COMMON: Columns = {
    **columns.words("name"),
    **columns.plain("rating100 details"),
    **columns.flags("favorite ignore_auto_tag organized"),
    **columns.text_list("urls"),
    **columns.first_text("url", "urls"),
    **columns.id_list("tag_ids", "tags"),
    **columns.picture("image", "image", cleared_by_null=True),
    "stash_ids": Column("stash_ids", columns.stash_ids),
}


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of entity: its table, its word in mutation names, its columns, its checks, its hook words.

    `check` refuses a row with these new values (row None: a new one). `after` writes what lies outside the row.
    """

    table: str
    word: str
    columns: Columns
    hooks: tuple[str, ...]
    forget: Callable[[StashLibrary, int], None]
    check: Callable[[StashLibrary, object, Mapping[str, object]], None]
    after: Callable[[StashLibrary, Any, Arguments], None]

    def mutations(self) -> dict[str, Resolver]:
        """Return the five mutations every noun has."""
        upper = self.word[0].upper() + self.word[1:]
        return {
            f"{self.word}Create": self.create,
            f"{self.word}Update": self.update,
            f"bulk{upper}Update": self.bulk_update,
            f"{self.word}Destroy": self.destroy,
            f"{self.word}sDestroy": self.destroy_many,
        }

    async def create(self, request: Request, arguments: Arguments) -> object:
        """Create a row and tell it."""
        stash, given = request.stash, arguments["input"]
        found = self._changes(None, given, stash)
        self.check(stash.library, None, found)
        row = getattr(stash.library, self.table).add()
        write(row, found)
        self.after(stash.library, row, given)
        stash.database.commit()
        await self._tell(request, "Create", row.id, stash.shapes.full(f"{self._shape}CreateInput", given))
        return row

    async def update(self, request: Request, arguments: Arguments) -> object:
        """Change one row and tell it."""
        stash, given = request.stash, arguments["input"]
        row = getattr(stash.library, self.table).one(atoi(given["id"], "converting id"))
        self._write(stash, [row], given)
        full = stash.shapes.full(f"{self._shape}UpdateInput", given)
        await self._tell(request, "Update", row.id, full, list(given))
        return getattr(stash.library, self.table).one(row.id)

    async def bulk_update(self, request: Request, arguments: Arguments) -> list[object]:
        """Change many rows alike and tell each."""
        stash, given = request.stash, arguments["input"]
        rows = getattr(stash.library, self.table).many(ids(given.get("ids"), "converting ids"))
        self._write(stash, rows, given)
        told = stash.shapes.full(f"Bulk{self._shape}UpdateInput", given)
        for row in rows:
            await self._tell(request, "Update", row.id, told, list(given))
        return [getattr(stash.library, self.table).one(row.id) for row in rows]

    async def destroy(self, request: Request, arguments: Arguments) -> bool:
        """Delete one row; the hook's input is the mutation's (recording performer_destroy)."""
        given = arguments["input"]
        await self._destroy(request, [atoi(given["id"], "converting id")], given)
        return True

    async def destroy_many(self, request: Request, arguments: Arguments) -> bool:
        """Delete several rows; the hook's input is the list of ids (recording performers_destroy_1)."""
        await self._destroy(request, ids(arguments["ids"], "converting ids"), list(arguments["ids"]))
        return True

    @property
    def _shape(self) -> str:
        return self.word[0].upper() + self.word[1:]

    def _changes(self, row: Any, given: Arguments, stash: Stash) -> dict[str, object]:
        """The new values; where the version does so, an alias that is the name or comes twice is left out."""
        found = changes(row, given, self.columns, stash)
        for name in {"aliases", "alias_list"} & set(found) if stash.version.drops_double_aliases else ():
            given_aliases = found[name]
            if isinstance(given_aliases, list):
                found[name] = _unique(given_aliases, str(found.get("name", row.name if row else "")))
        return found

    def _write(self, stash: Stash, rows: list[object], given: Arguments) -> None:
        prepared = [(row, self._changes(row, given, stash)) for row in rows]
        for row, found in prepared:
            self.check(stash.library, row, found)
        for row, found in prepared:
            write(row, found)
            self.after(stash.library, row, given)
            getattr(stash.library, self.table).touch(row)
        stash.database.commit()

    async def _destroy(self, request: Request, numbers: list[int], told: object) -> None:
        library = request.stash.library
        getattr(library, self.table).many(numbers)
        for id_ in numbers:
            self.forget(library, id_)
        request.stash.database.commit()
        for id_ in numbers:
            await self._tell(request, "Destroy", id_, told)

    async def _tell(self, request: Request, verb: str, id_: int, told: object, fields: list[str] | None = None) -> None:
        for noun in self.hooks:
            await request.stash.hooks.fire(request.session, f"{noun}.{verb}.Post", id_, told, fields)


def people_mutations() -> dict[str, Resolver]:
    """Return the resolvers of all four nouns, the old word for groups, the merges, and tagging from a stash-box."""
    return {
        **_performer().mutations(),
        **_studio().mutations(),
        **_tag().mutations(),
        **_group("group").mutations(),
        **_group("movie").mutations(),
        "performerMerge": performer_merge,
        "tagsMerge": tags_merge,
        "stashBoxBatchPerformerTag": _batch_tag("performer", _performer()),
        "stashBoxBatchStudioTag": _batch_tag("studio", _studio()),
    }


def _performer() -> Entity:
    extra = {name: Column(f"extra.{name}", lambda given: given.value) for name in EXTRA_PERFORMER_FIELDS.split()}
    own: Columns = {
        **_COMMON,
        **columns.words("disambiguation"),
        **columns.plain("gender ethnicity country height_cm"),
        **columns.dates("birthdate death_date"),
        **columns.text_list("alias_list"),
        **extra,
        "custom_fields": Column("extra.custom_fields", columns.custom_fields),
    }
    return Entity(
        "performers", "performer", own, ("Performer",), StashLibrary.forget_performer, _check_performer, _nothing
    )


def _studio() -> Entity:
    own: Columns = {
        **_COMMON,
        **columns.reference("parent_id", "studios"),
        **columns.text_list("aliases"),
        "custom_fields": Column("custom_fields", columns.custom_fields),
    }
    return Entity("studios", "studio", own, ("Studio",), StashLibrary.forget_studio, _check_studio, _nothing)


def _tag() -> Entity:
    own: Columns = {
        **_COMMON,
        **columns.plain("sort_name description"),
        **columns.text_list("aliases"),
        **columns.id_list("parent_ids", "tags"),
        "custom_fields": Column("custom_fields", columns.custom_fields),
    }
    return Entity("tags", "tag", own, ("Tag",), StashLibrary.forget_tag, _check_tag, _adopt_children)


def _group(word: str) -> Entity:
    own: Columns = {
        **_COMMON,
        **columns.plain("aliases duration director synopsis"),
        **columns.dates("date"),
        **columns.reference("studio_id", "studios"),
        **columns.picture("front_image", "front_image", cleared_by_null=True),
        **columns.picture("back_image", "back_image", cleared_by_null=True),
        **sub_group_columns(),
        "custom_fields": Column("custom_fields", columns.custom_fields),
    }
    return Entity("groups", word, own, ("Group", "Movie"), StashLibrary.forget_group, _check_group, contain)


def performer_merge(request: Request, arguments: Arguments) -> object:
    """Give the sources' scenes to the destination; no hook, no scene moves (recording performer_merge).

    The answer has the destination's plain values from before the merge (performer_merge_values).
    """
    stash, given = request.stash, arguments["input"]
    library = stash.library
    destination = library.performers.one(atoi(given["destination"], "converting destination id"))
    sources = library.performers.many(ids(given["source"], "converting source ids"))
    if destination in sources:
        raise ResolverError("cannot merge into itself")
    before = destination.name
    write(destination, changes(destination, given.get("values") or {}, _performer().columns, stash))
    for source in sources:
        for row in (*library.scenes, *library.galleries):
            _replace(row.performer_ids, source.id, destination.id)
        library.forget_performer(source.id)
    library.performers.touch(destination)
    stash.database.commit()
    return replace(destination, name=before)


async def tags_merge(request: Request, arguments: Arguments) -> object:
    """Give all that bears the sources the destination; the one hook names only the destination (tags_merge).

    Without values, which came with v0.31, the destination's own `updated_at` stays, as recorded. With them it moves,
    whether any were given or not, and the answer has the plain values from before (tags_merge_values).
    """
    stash, given = request.stash, arguments["input"]
    library = stash.library
    source_ids = ids(given["source"], "converting source ids")
    destination = library.tags.one(atoi(given["destination"], "converting destination id"))
    if not source_ids:
        return None
    if destination.id in source_ids:
        raise ResolverError("destination tag cannot be in source list")
    before = destination.name
    for source in library.tags.many(source_ids):
        _merge_tag(library, source, destination)
    if "values" in stash.shapes.names("TagsMergeInput"):
        write(destination, changes(destination, given.get("values") or {}, _tag().columns, stash))
        library.tags.touch(destination)
    stash.database.commit()
    await stash.hooks.fire(request.session, "Tag.Merge.Post", destination.id, given)
    return replace(destination, name=before)


def _merge_tag(library: StashLibrary, source: Any, destination: Any) -> None:
    for row in (*library.scenes, *library.galleries, *library.performers, *library.studios, *library.groups):
        _replace(row.tag_ids, source.id, destination.id)
    for marker in library.markers:
        _replace(marker.tag_ids, source.id, destination.id)
        marker.primary_tag_id = destination.id if marker.primary_tag_id == source.id else marker.primary_tag_id
    destination.aliases += [source.name, *source.aliases]
    library.forget_tag(source.id)


def _batch_tag(word: str, noun: Entity) -> Resolver:
    def resolve(request: Request, arguments: Arguments) -> str:
        batch = BatchTag(request.stash, noun.table, noun.columns, arguments["input"])
        return request.stash.jobs.add(f"Batch stash-box {word} tag...", batch.run)

    return resolve


def _replace(numbers: list[int], old: int, new: int) -> None:
    if old in numbers:
        numbers[:] = dict.fromkeys(new if number == old else number for number in numbers)


def _check_performer(library: StashLibrary, row: Any, found: Mapping[str, Any]) -> None:
    if not {"name", "disambiguation"} & set(found):
        return
    name = found.get("name", row.name if row else "")
    mark = found.get("disambiguation", row.disambiguation if row else "")
    if not name:
        raise ResolverError("performer name must not be blank")
    for other in library.performers:
        if other is not row and (other.name, other.disambiguation) == (name, mark):
            told = f"name '{name}' and disambiguation '{mark}'" if mark else f"name '{name}'"
            raise ResolverError(f"performer with {told} already exists")


def _check_studio(library: StashLibrary, row: Any, found: Mapping[str, Any]) -> None:
    _check_name(library.studios, "studio", row, found)
    parent = library.studios.get(found.get("parent_id"))
    while parent is not None and row is not None:
        if parent is row:
            raise ResolverError("studio cannot be an ancestor of itself")
        parent = library.studios.get(parent.parent_id)


def _check_tag(library: StashLibrary, row: Any, found: Mapping[str, Any]) -> None:
    _check_name(library.tags, "tag", row, found)
    if row is not None and row.id in found.get("parent_ids", ()):
        raise ResolverError(f"cannot apply tag '{row.name}' as a parent of itself")


def _check_group(_library: StashLibrary, _row: Any, found: Mapping[str, Any]) -> None:
    if found.get("name") == "":
        raise ResolverError("group name must not be blank")


def _check_name(rows: Any, noun: str, row: Any, found: Mapping[str, Any]) -> None:
    name = found.get("name")
    if name is None:
        return
    if not name:
        raise ResolverError(f"{noun} name must not be blank")
    if any(other is not row and other.name.lower() == name.lower() for other in rows):
        raise ResolverError(f"{noun} with name '{name}' already exists")


def _adopt_children(library: StashLibrary, row: Any, given: Arguments) -> None:
    if given.get("child_ids") is None:
        return
    wanted = ids(given["child_ids"], "converting child tag ids")
    for tag in library.tags:
        if tag.id in wanted and row.id not in tag.parent_ids:
            tag.parent_ids.append(row.id)
        elif tag.id not in wanted and row.id in tag.parent_ids:
            tag.parent_ids.remove(row.id)


def _unique(aliases: list[str], name: str) -> list[str]:
    found = {alias.casefold(): alias for alias in reversed(aliases) if alias.casefold() != name.casefold()}
    return list(reversed(found.values()))


def _nothing(library: StashLibrary, row: Any, given: Arguments) -> None:
    """The noun has nothing outside its row."""

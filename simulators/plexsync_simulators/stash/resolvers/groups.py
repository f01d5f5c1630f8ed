"""Groups within groups: no hook, no scene moves, and no group either (resolver_mutation_group.go, pkg/group).

Not recorded; that the group's own time stays is read from the source, which only writes the relation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync_simulators.stash.errors import ResolverError
from plexsync_simulators.stash.graphql.engine import Resolver
from plexsync_simulators.stash.graphql.inputs import atoi, bulk, ids
from plexsync_simulators.stash.library.rows import Group
from plexsync_simulators.stash.library.tables import StashLibrary
from plexsync_simulators.stash.state import Request
from plexsync_simulators.stash.writing.columns import Column, Columns, Given

Arguments = Mapping[str, Any]


def group_mutations() -> dict[str, Resolver]:
    """Return the resolvers by mutation name."""
    return {
        "addGroupSubGroups": add_sub_groups,
        "removeGroupSubGroups": remove_sub_groups,
        "reorderSubGroups": reorder_sub_groups,
    }


def add_sub_groups(request: Request, arguments: Arguments) -> bool:
    """Put groups into a group, at a place or at the end."""
    given = arguments["input"]
    group = _group(request, given["containing_group_id"], "converting containing group id")
    added = described(given["sub_groups"])
    known = [id_ for id_ in added if id_ in group.sub_groups]
    if known:
        raise ResolverError(f"subgroups with IDs {known} already in group")
    check_hierarchy(request.stash.library, group, added)
    index = given.get("insert_index")
    if index is not None and index < 0:
        raise ResolverError("invalid insert index")
    entries = list(group.sub_groups.items())
    place = len(entries) if index is None else index
    group.sub_groups = dict([*entries[:place], *added.items(), *entries[place:]])
    request.stash.database.commit()
    return True


def remove_sub_groups(request: Request, arguments: Arguments) -> bool:
    """Take groups out of a group."""
    given = arguments["input"]
    group = _group(request, given["containing_group_id"], "converting containing group id")
    for id_ in ids(given["sub_group_ids"], "converting sub group ids"):
        group.sub_groups.pop(id_, None)
    request.stash.database.commit()
    return True


def reorder_sub_groups(request: Request, arguments: Arguments) -> bool:
    """Move groups before or after another one of the same group."""
    given = arguments["input"]
    group = _group(request, given["group_id"], "converting group id")
    moved = ids(given["sub_group_ids"], "converting sub group ids")
    target = atoi(given["insert_at_id"], "converting insert at id")
    if target in moved or not {*moved, target} <= group.sub_groups.keys():
        raise ResolverError("cannot reorder: not sub-groups of this group")
    others = [id_ for id_ in group.sub_groups if id_ not in moved]
    place = others.index(target) + bool(given.get("insert_after"))
    order = [*others[:place], *moved, *others[place:]]
    group.sub_groups = {id_: group.sub_groups[id_] for id_ in order}
    request.stash.database.commit()
    return True


def described(entries: Any) -> dict[int, str | None]:
    """Return groups with their descriptions, in order."""
    return {atoi(one["group_id"], "converting group id"): one.get("description") for one in entries or ()}


def check_hierarchy(library: StashLibrary, group: Group | None, inner: Mapping[int, object]) -> None:
    """Refuse a group that is not there, and one that would come to lie in itself."""
    library.groups.many(inner)
    if group is not None and group.id in library.group_tree(inner, -1):
        raise ResolverError("containing group cannot be a sub-group of itself")


def sub_group_columns() -> Columns:
    """Return the column `sub_groups` of group inputs; `containing_groups` is written by `contain`."""
    return {"sub_groups": Column("sub_groups", _sub_groups)}


def contain(library: StashLibrary, group: Group, given: Arguments) -> None:
    """Let exactly the groups named hold this one, or change that in bulk."""
    change = given.get("containing_groups")
    if change is None:
        return
    is_bulk = isinstance(change, Mapping)
    wanted = described(change["groups"] if is_bulk else change)
    current = [other.id for other in library.groups if group.id in other.sub_groups]
    kept = bulk(current, change if is_bulk else None, list(wanted))
    for other in library.groups:
        if other.id not in kept:
            other.sub_groups.pop(group.id, None)
        elif group.id not in other.sub_groups or other.id in wanted:
            other.sub_groups[group.id] = wanted.get(other.id)


def _sub_groups(given: Given) -> dict[int, str | None]:
    current: dict[int, str | None] = given.current or {}
    change = given.value if isinstance(given.value, Mapping) else None
    wanted = described(change["groups"] if change else given.value)
    check_hierarchy(given.stash.library, None, wanted)
    return {id_: wanted.get(id_, current.get(id_)) for id_ in bulk(list(current), change, list(wanted))}


def _group(request: Request, id_: object, doing: str) -> Group:
    return request.stash.library.groups.one(atoi(id_, doing))

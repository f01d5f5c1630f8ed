"""All resolvers of the simulator."""

from __future__ import annotations

from plexsync_simulators.stash.engine import Resolver
from plexsync_simulators.stash.mutations_exchange import exchange_mutations
from plexsync_simulators.stash.mutations_extras import extra_mutations
from plexsync_simulators.stash.mutations_files import file_mutations
from plexsync_simulators.stash.mutations_groups import group_mutations
from plexsync_simulators.stash.mutations_people import people_mutations
from plexsync_simulators.stash.mutations_scene import scene_mutations
from plexsync_simulators.stash.mutations_sql import sql_mutations
from plexsync_simulators.stash.mutations_system import system_mutations
from plexsync_simulators.stash.queries import all_queries


def all_resolvers() -> dict[str, Resolver]:
    """Return the resolvers of queries and mutations by field name."""
    return {
        **all_queries(),
        **scene_mutations(),
        **people_mutations(),
        **group_mutations(),
        **file_mutations(),
        **extra_mutations(),
        **exchange_mutations(),
        **sql_mutations(),
        **system_mutations(),
    }

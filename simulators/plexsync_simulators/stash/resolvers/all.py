"""All resolvers of the simulator."""

from __future__ import annotations

from plexsync_simulators.stash.graphql.engine import Resolver
from plexsync_simulators.stash.resolvers.exchange import exchange_mutations
from plexsync_simulators.stash.resolvers.extras import extra_mutations
from plexsync_simulators.stash.resolvers.files import file_mutations
from plexsync_simulators.stash.resolvers.groups import group_mutations
from plexsync_simulators.stash.resolvers.migration import migration_mutations, with_database
from plexsync_simulators.stash.resolvers.people import people_mutations
from plexsync_simulators.stash.resolvers.queries import all_queries
from plexsync_simulators.stash.resolvers.scenes import scene_mutations
from plexsync_simulators.stash.resolvers.sql import sql_mutations
from plexsync_simulators.stash.resolvers.system import system_mutations


def all_resolvers() -> dict[str, Resolver]:
    """Return the resolvers of queries and mutations by field name."""
    found = {
        **all_queries(),
        **scene_mutations(),
        **people_mutations(),
        **group_mutations(),
        **file_mutations(),
        **extra_mutations(),
        **exchange_mutations(),
        **sql_mutations(),
        **system_mutations(),
        **migration_mutations(),
    }
    return with_database(found)

"""A server that waits for the migration of its database: without one, most fields panic.

Seen on a real server; the fields that need no database are read from its source.
"""

from __future__ import annotations

from collections.abc import Mapping

from plexsync_simulators.stash.errors import NIL_POINTER, ResolverError
from plexsync_simulators.stash.graphql.engine import Resolver
from plexsync_simulators.stash.jobs import Job
from plexsync_simulators.stash.state import Request

_WITHOUT_DATABASE = frozenset(
    [
        "systemStatus",
        "version",
        "latestversion",
        "configuration",
        "plugins",
        "pluginTasks",
        "jobQueue",
        "findJob",
        "logs",
        "migrate",
        "stopJob",
        "stopAllJobs",
        "reloadPlugins",
        "setPluginsEnabled",
        "configureGeneral",
        "configurePlugin",
        "generateAPIKey",
        "runPluginTask",
        "runPluginOperation",
    ]
)
_TRACE = "\n".join(f"goroutine {number} [running]: runtime/debug.Stack() /usr/local/go" for number in range(80))


def migration_mutations() -> dict[str, Resolver]:
    """Return the resolvers by mutation name."""
    return {"migrate": migrate}


def migrate(request: Request, _arguments: Mapping[str, object]) -> str:
    """Queue the migration that the server waits for."""

    async def run(job: Job) -> None:
        request.stash.switches.needs_migration = False
        job.progress = 1.0

    return request.stash.jobs.add("Migrating database...", run)


def with_database(resolvers: Mapping[str, Resolver]) -> dict[str, Resolver]:
    """The resolvers, of which those that need the database panic until it is migrated."""
    return {name: one if name in _WITHOUT_DATABASE else _guarded(one) for name, one in resolvers.items()}


def _guarded(resolver: Resolver) -> Resolver:
    def resolve(request: Request, arguments: Mapping[str, object]) -> object:
        if request.stash.switches.needs_migration:
            request.stash.log.add("error", f"{NIL_POINTER}\n{_TRACE}")
            raise ResolverError(NIL_POINTER)
        return resolver(request, arguments)

    return resolve

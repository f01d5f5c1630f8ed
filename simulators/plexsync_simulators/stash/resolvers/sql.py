"""The mutations that hand SQL on to the database (recording query_sql)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync_simulators.stash.graphql.engine import Resolver
from plexsync_simulators.stash.library import sql
from plexsync_simulators.stash.state import Request

Arguments = Mapping[str, Any]


def sql_mutations() -> dict[str, Resolver]:
    """Return the resolvers by mutation name."""
    return {"execSQL": exec_sql, "querySQL": query_sql}


def exec_sql(request: Request, arguments: Arguments) -> dict[str, object]:
    """Run a statement that changes something: no hook, no time but those it names, one write if a row changed."""
    result = _run(request, arguments)
    return {"rows_affected": result.affected, "last_insert_id": result.last_id}


def query_sql(request: Request, arguments: Arguments) -> dict[str, object]:
    """Run a statement that reads; it may write too, as on the real server, where it is the same transaction."""
    result = _run(request, arguments)
    return {"columns": result.columns, "rows": result.rows}


def _run(request: Request, arguments: Arguments) -> sql.Result:
    stash = request.stash
    result = sql.run(stash.library, arguments["sql"], list(arguments.get("args") or ()))
    if result.changed:
        stash.database.commit()
    return result

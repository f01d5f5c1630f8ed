"""The mutations that export, import and back up (recording import_objects_overwrite)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync_simulators.stash.errors import NotSimulated
from plexsync_simulators.stash.graphql.engine import Resolver
from plexsync_simulators.stash.jobs import Job
from plexsync_simulators.stash.state import Request
from plexsync_simulators.stash.tasks.exporting import export_all, export_objects, metadata_file
from plexsync_simulators.stash.tasks.importing import Import, import_everything

Arguments = Mapping[str, Any]


def exchange_mutations() -> dict[str, Resolver]:
    """Return the resolvers by mutation name."""
    return {
        "exportObjects": lambda request, arguments: export_objects(request, arguments["input"]),
        "importObjects": import_objects,
        "metadataExport": metadata_export,
        "metadataImport": metadata_import,
        "backupDatabase": backup_database,
    }


def import_objects(request: Request, arguments: Arguments) -> str:
    """Queue the import of an uploaded zip."""
    given, stash = arguments["input"], request.stash

    async def run(job: Job) -> None:
        await Import(stash, given["file"], given["duplicateBehaviour"], given["missingRefBehaviour"]).run(job)

    return stash.jobs.add("Importing...", run)


def metadata_export(request: Request, _arguments: Arguments) -> str:
    """Queue a full export into the metadata folder; the database is only read."""
    stash = request.stash

    async def run(_job: Job) -> None:
        path = metadata_file(stash.config)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(await export_all(stash.library))

    return stash.jobs.add("Exporting...", run)


def metadata_import(request: Request, _arguments: Arguments) -> str:
    """Queue a full import of what was exported last."""
    stash, path = request.stash, metadata_file(request.stash.config)

    async def run(job: Job) -> None:
        await import_everything(stash, path.read_bytes() if path.exists() else None, job)

    return stash.jobs.add("Importing...", run)


def backup_database(request: Request, arguments: Arguments) -> None:
    """Remember the library as it is; `POST /_sim/restart {"restore": true}` brings it back."""
    if (arguments["input"] or {}).get("download"):
        raise NotSimulated("the simulator offers no backup for download")
    request.stash.outside.backup = request.stash.library.backup()

"""Plugin tasks and operations: the same start as a hook, in the job queue or inside the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plexsync_simulators.stash.errors import NIL_POINTER, ResolverError
from plexsync_simulators.stash.jobs import Job, JobFailed
from plexsync_simulators.stash.plugins.connection import server_connection
from plexsync_simulators.stash.plugins.processes import CannotStart, PluginFailed, parse_output
from plexsync_simulators.stash.plugins.registry import Plugin
from plexsync_simulators.stash.sessions import Session
from plexsync_simulators.stash.state import Stash


@dataclass(frozen=True, slots=True)
class PluginTask:
    """One call of runPluginTask, run when its turn comes."""

    stash: Stash
    session: Session
    plugin_id: str
    task_name: str | None
    arguments: Mapping[str, object]

    async def run(self, job: Job) -> None:
        """Do it; raises JobFailed only where nothing could be started: a plugin's own error does not fail a job."""
        plugin, arguments = self._resolved()
        document = _document(self.stash, plugin, arguments, self.session)

        def progress(value: float) -> None:
            job.progress = value

        try:
            running = self.stash.launcher.start(plugin, document, progress)
        except CannotStart as error:
            raise JobFailed(f"Error running plugin task: {error}") from error
        ended = await running.result()
        try:
            parse_output(ended)
        except PluginFailed as failure:
            self.stash.log.add("error", f"Plugin returned error: {failure}")
        self.stash.log.add("debug", f"Plugin {plugin.name} finished")

    def _resolved(self) -> tuple[Plugin, dict[str, object]]:
        plugin = self.stash.plugins.get(self.plugin_id)
        if plugin is None:
            raise JobFailed(f"Error creating plugin task: no plugin with ID {self.plugin_id}")
        if self.task_name is None:
            return plugin, dict(self.arguments)
        task = plugin.task(self.task_name)
        if task is None:
            told = f"no task with name {self.task_name} in plugin {plugin.name}"
            raise JobFailed(f"Error creating plugin task: {told}")
        return plugin, {**task.arguments, **self.arguments}


async def run_operation(stash: Stash, session: Session, plugin_id: str, arguments: Mapping[str, object]) -> object:
    """Run a plugin inside the request and return its output; raises ResolverError in the recorded words."""
    plugin = stash.plugins.get(plugin_id)
    if plugin is None:
        raise ResolverError(NIL_POINTER)
    if not stash.plugins.enabled(plugin):
        raise ResolverError(f"plugin {plugin_id} is disabled")
    try:
        running = stash.launcher.start(plugin, _document(stash, plugin, arguments, session), None)
        output = parse_output(await running.result())
    except (CannotStart, PluginFailed) as failure:
        raise ResolverError(str(failure)) from failure
    stash.log.add("debug", f"Plugin {plugin.name} finished")
    return output


def _document(stash: Stash, plugin: Plugin, arguments: Mapping[str, object], session: Session) -> dict[str, object]:
    connection = server_connection(stash.config, stash.sessions, plugin, session)
    return {"server_connection": connection, "args": dict(arguments)}

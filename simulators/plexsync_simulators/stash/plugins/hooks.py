"""Runs the hooks of one event: one process after the other, each waited for, before the mutation answers."""

from __future__ import annotations

from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.stash.config import Config
from plexsync_simulators.stash.log import Log
from plexsync_simulators.stash.plugins.connection import server_connection
from plexsync_simulators.stash.plugins.processes import CannotStart, Launcher, PluginFailed, parse_output
from plexsync_simulators.stash.plugins.registry import Hook, Plugin, Plugins
from plexsync_simulators.stash.sessions import Session, Sessions

_MOST_VISITS = 10


class Hooks:
    """Fires events at the plugins that want them, in load order."""

    def __init__(self, config: Config, sessions: Sessions, plugins: Plugins, launcher: Launcher, log: Log) -> None:
        self._config = config
        self._sessions = sessions
        self._plugins = plugins
        self._launcher = launcher
        self._log = log
        self.started = 0

    async def fire(self, session: Session, event: str, id_: int, told: object, fields: list[str] | None = None) -> None:
        """Tell every plugin of one event; `told` is the hook's input, `fields` what of it was sent.

        A plugin whose program is missing ends the round for all plugins after it; one that fails does not. If the
        client went away, the running process is killed and the rest of the round is skipped
        (tests/recordings/stash/plugin-loading.md §7).
        """
        context: dict[str, object] = {"id": id_, "type": event, "input": told}
        if fields:
            context["inputFields"] = fields
        try:
            for plugin, hook in self._wanted(event, session):
                await self._run(plugin, hook, context, session)
        except CannotStart as error:
            self._log.add("error", f"error executing post hooks: {error}")

    def _wanted(self, event: str, session: Session) -> list[tuple[Plugin, Hook]]:
        return [
            (plugin, hook)
            for plugin in self._plugins.all()
            if self._plugins.enabled(plugin) and session.visited.count((plugin.id, event)) < _MOST_VISITS
            for hook in plugin.hooks
            if event in hook.triggers
        ]

    async def _run(self, plugin: Plugin, hook: Hook, context: Json, session: Session) -> None:
        self.started += 1
        deeper = Session(session.user, (*session.visited, (plugin.id, context["type"])))
        connection = server_connection(self._config, self._sessions, plugin, deeper)
        arguments = {**hook.arguments, "hookContext": context}
        running = self._launcher.start(plugin, {"server_connection": connection, "args": arguments}, None)
        ended = await running.result()
        try:
            output = parse_output(ended)
        except PluginFailed as failure:
            self._log.add("error", f"Plugin returned error: {failure}")
        else:
            self._log.add("debug", f"Plugin {plugin.name} returned: {output}")
        self._log.add("debug", f"Plugin {plugin.name} finished")

"""Mutations of the server itself: settings, plugins, jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync_simulators.stash.graphql.engine import Resolver
from plexsync_simulators.stash.resolvers.queries import general, interface
from plexsync_simulators.stash.state import Request
from plexsync_simulators.stash.tasks.plugin_task import PluginTask, run_operation

Arguments = Mapping[str, Any]
_GENERAL = {"username": "username", "password": "password", "maxSessionAge": "max_session_age"}


def system_mutations() -> dict[str, Resolver]:
    """Return the resolvers by mutation name."""
    return {
        "configureGeneral": configure_general,
        "configureInterface": configure_interface,
        "configurePlugin": configure_plugin,
        "generateAPIKey": generate_api_key,
        "setPluginsEnabled": set_plugins_enabled,
        "reloadPlugins": reload_plugins,
        "runPluginTask": run_plugin_task,
        "runPluginOperation": run_plugin_operation,
        "stopJob": stop_job,
        "stopAllJobs": stop_all_jobs,
    }


def configure_general(request: Request, arguments: Arguments) -> dict[str, object]:
    """Change the settings the simulator has: the login and the cookie's age."""
    config = request.stash.config
    for key, attribute in _GENERAL.items():
        if arguments["input"].get(key) is not None:
            setattr(config, attribute, arguments["input"][key])
    config.save()
    return general(request)


def configure_interface(request: Request, arguments: Arguments) -> dict[str, object]:
    """Switch troubleshooting mode on or off: hooks, tasks and operations go on as before (troubleshooting_*)."""
    config, wanted = request.stash.config, arguments["input"].get("disableCustomizations")
    if wanted is not None:
        config.disable_customizations = wanted
    config.save()
    return interface(request)


def configure_plugin(request: Request, arguments: Arguments) -> dict[str, object]:
    """Replace the whole map of any plugin id, known or not (recordings configure_plugin_*)."""
    config = request.stash.config
    config.plugin_settings[str(arguments["plugin_id"])] = dict(sorted(arguments["input"].items()))
    config.save()
    return config.plugin_settings[str(arguments["plugin_id"])]


def generate_api_key(request: Request, arguments: Arguments) -> str:
    """Make or clear the API key; there is none without a user name (generate_api_key_without_username)."""
    config = request.stash.config
    config.api_key = "" if arguments["input"].get("clear") else config.make_api_key()
    config.save()
    return config.api_key


def set_plugins_enabled(request: Request, arguments: Arguments) -> bool:
    """Switch plugins on and off by id."""
    config = request.stash.config
    disabled = {*config.disabled_plugins}
    for id_, enabled in arguments["enabledMap"].items():
        disabled = disabled - {id_} if enabled else disabled | {id_}
    config.disabled_plugins = sorted(disabled)
    config.save()
    return True


def reload_plugins(request: Request, _arguments: Arguments) -> bool:
    """Read the plugin files anew."""
    request.stash.plugins.reload()
    return True


def run_plugin_task(request: Request, arguments: Arguments) -> str:
    """Queue a task; unknown plugins and tasks fail later, in the job (recordings task_unknown_*)."""
    plugin_id, name = str(arguments["plugin_id"]), arguments.get("task_name")
    old_style = {one["key"]: _plain(one.get("value")) for one in arguments.get("args") or ()}
    given = {**old_style, **(arguments.get("args_map") or {})}
    description = arguments.get("description") or name or plugin_id
    task = PluginTask(request.stash, request.session, plugin_id, name, given)
    return request.stash.jobs.add(f"Running plugin task: {description}", task.run)


async def run_plugin_operation(request: Request, arguments: Arguments) -> object:
    """Run a plugin inside this request."""
    given = arguments.get("args") or {}
    return await run_operation(request.stash, request.session, str(arguments["plugin_id"]), given)


def stop_job(request: Request, arguments: Arguments) -> bool:
    """Stop one job; true even for an unknown one."""
    request.stash.jobs.stop(str(arguments["job_id"]))
    return True


def stop_all_jobs(request: Request, _arguments: Arguments) -> bool:
    """Stop all jobs."""
    request.stash.jobs.stop_all()
    return True


def _plain(value: Mapping[str, Any] | None) -> Any:
    """The one value of a deprecated PluginArgInput, whichever of its typed fields holds it."""
    for key, one in (value or {}).items():
        if one is None:
            continue
        if key == "o":
            return {entry["key"]: _plain(entry.get("value")) for entry in one}
        return [_plain(entry) for entry in one] if key == "a" else one
    return None

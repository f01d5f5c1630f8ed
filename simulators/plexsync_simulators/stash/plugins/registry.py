"""Finds and loads plugin files as strictly as the server does (tests/recordings/stash/plugin-loading.md §1)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexsync_simulators.stash.config import Config
from plexsync_simulators.stash.log import Log
from plexsync_simulators.stash.plugins import yml

_TOP = "name description url version exec interface errLog tasks hooks settings ui requires"
_UI = "javascript css assets csp requires"
_LEVELS = {"trace", "debug", "info", "warning", "error"}


class BadPlugin(ValueError):
    """The file is no plugin; the text is the reason in the server's log."""


@dataclass(frozen=True, slots=True)
class Task:
    """One entry of the tasks menu; `arguments` are its defaultArgs, all texts."""

    name: str
    description: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook entry and the trigger words it names; a word the server never fires is kept."""

    name: str
    triggers: tuple[str, ...]
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of the settings page."""

    name: str
    display_name: str
    description: str
    type: str


@dataclass(frozen=True, slots=True)
class Plugin:
    """A loaded plugin. Its id is the file's name without `.yml`, its folder the one the file lies in."""

    id: str
    folder: Path
    name: str
    description: str | None
    url: str | None
    version: str | None
    exec: tuple[str, ...]
    error_level: str
    tasks: tuple[Task, ...]
    hooks: tuple[Hook, ...]
    settings: tuple[Setting, ...]
    javascript: tuple[str, ...]
    css: tuple[str, ...]
    assets: Mapping[str, str]
    requires: tuple[str, ...]

    def task(self, name: str) -> Task | None:
        """Return the task with this name."""
        return next((task for task in self.tasks if task.name == name), None)


class Plugins:
    """The loaded plugins, in the order in which the folder tree is walked."""

    def __init__(self, config: Config, log: Log) -> None:
        self._config = config
        self._log = log
        self._loaded: dict[str, Plugin] = {}

    def reload(self) -> None:
        """Read the folder anew; a bad file costs a line in the log and nothing else."""
        self._loaded = {}
        for path in _files(self._config.plugins_path):
            self._load(path)

    def _load(self, path: Path) -> None:
        try:
            plugin = load(path)
        except (BadPlugin, yml.BadYaml) as error:
            self._log.add("error", f"Error loading plugin {path}: {error}")
            return
        if plugin.id.lower() in {id_.lower() for id_ in self._loaded}:
            self._log.add("error", f"Error loading plugin {path}: plugin ID {plugin.id} already exists")
            return
        self._loaded[plugin.id] = plugin

    def all(self) -> list[Plugin]:
        """Return every loaded plugin, enabled or not."""
        return list(self._loaded.values())

    def get(self, id_: str) -> Plugin | None:
        """Return a plugin by its exact id."""
        return self._loaded.get(id_)

    def enabled(self, plugin: Plugin) -> bool:
        """Whether the plugin is not switched off."""
        return plugin.id not in self._config.disabled_plugins


def load(path: Path) -> Plugin:
    """Read one plugin file; raises BadPlugin or yml.BadYaml."""
    document = yml.read(path.read_bytes())
    if not isinstance(document, dict):
        raise BadPlugin("yaml: unmarshal errors: cannot unmarshal !!str into plugin.Config")
    _only(document, _TOP, "plugin.Config")
    interface = _text(document, "interface") or "raw"
    if interface not in ("raw", "rpc", "js"):
        raise BadPlugin(f"invalid interface type {interface}")
    ui = _mapping(document, "ui")
    _only(ui, _UI, "plugin.UIConfig")
    id_ = path.name.removesuffix(".yml")
    level = _text(document, "errLog") or "error"
    return Plugin(
        id=id_,
        folder=path.parent,
        name=_text(document, "name") or id_,
        description=_text(document, "description"),
        url=_text(document, "url"),
        version=_text(document, "version"),
        exec=_texts(document, "exec"),
        error_level=level if level in _LEVELS else "error",
        tasks=tuple(_task(entry) for entry in _entries(document, "tasks")),
        hooks=tuple(_hook(entry) for entry in _entries(document, "hooks")),
        settings=_settings(document),
        javascript=_texts(ui, "javascript"),
        css=_texts(ui, "css"),
        assets={key: str(value) for key, value in _mapping(ui, "assets").items()},
        requires=_texts(document, "requires") or _texts(ui, "requires"),
    )


def _files(folder: Path) -> Iterator[Path]:
    """Every `*.yml` at any depth, links followed, in bytewise order."""
    for root, folders, names in os.walk(folder, followlinks=True):
        folders.sort(key=os.fsencode)
        for name in sorted(names, key=os.fsencode):
            if name.endswith(".yml"):
                yield Path(root, name)


def _task(entry: Mapping[str, object]) -> Task:
    _only(entry, "name description defaultArgs execArgs", "plugin.OperationConfig")
    return Task(_text(entry, "name") or "", _text(entry, "description") or "", _arguments(entry))


def _hook(entry: Mapping[str, object]) -> Hook:
    _only(entry, "name description defaultArgs execArgs triggeredBy", "plugin.HookConfig")
    return Hook(_text(entry, "name") or "", _texts(entry, "triggeredBy"), _arguments(entry))


def _settings(document: Mapping[str, object]) -> tuple[Setting, ...]:
    found = []
    for key, entry in sorted(_mapping(document, "settings").items()):
        fields = _mapping({key: entry}, key)
        _only(fields, "displayName description type", "plugin.SettingConfig")
        kind = _text(fields, "type") or "STRING"
        if kind not in ("STRING", "NUMBER", "BOOLEAN"):
            # The two words really are swapped in the server's message.
            raise BadPlugin(f"invalid type {key} for setting {kind}")
        found.append(Setting(key, _text(fields, "displayName") or "", _text(fields, "description") or "", kind))
    return tuple(found)


def _arguments(entry: Mapping[str, object]) -> dict[str, str]:
    found = {}
    for key, value in _mapping(entry, "defaultArgs").items():
        if isinstance(value, list | dict):
            raise BadPlugin(f"cannot unmarshal !!{'seq' if isinstance(value, list) else 'map'} into string")
        found[key] = "" if value is None else str(value)
    return found


def _entries(document: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = document.get(key) or []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise BadPlugin(f"cannot unmarshal {key} into a list of entries")
    return list(value)


def _mapping(document: Mapping[str, object], key: str) -> dict[str, object]:
    value = document.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadPlugin(f"cannot unmarshal {key} into a mapping")
    return value


def _texts(document: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = document.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadPlugin("cannot unmarshal !!str into []string")
    return tuple(str(item) for item in value)


def _text(document: Mapping[str, Any], key: str) -> str | None:
    value = document.get(key)
    if isinstance(value, list | dict):
        raise BadPlugin(f"cannot unmarshal {key} into string")
    return value


def _only(document: Mapping[str, object], known: str, type_: str) -> None:
    for key in document:
        if key not in known.split():
            raise BadPlugin(f"field {key} not found in type {type_}")


def asset_path(plugin: Plugin, wanted: str) -> Path | None:
    """Return the file behind `/plugin/ID/assets/WANTED`, None if no mapping leads there or it leaves its folder."""
    for prefix, folder in plugin.assets.items():
        trimmed = prefix.rstrip("/")
        if f"/{wanted}".startswith(f"{trimmed}/"):
            root = (plugin.folder / folder).resolve()
            path = (root / re.sub("^/+", "", f"/{wanted}"[len(trimmed) :])).resolve()
            return path if path == root or root in path.parents else None
    return None

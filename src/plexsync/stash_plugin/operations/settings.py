"""Operations of the settings: shown with where each value is from, tried as one types, kept, put back."""

from __future__ import annotations

from plexsync.stash_plugin.argument import text
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.settings import changes
from plexsync.usecases.settings.changes import SettingCheck
from plexsync.usecases.settings.page import SettingsView, SettingView, settings_view
from plexsync.usecases.settings.path_map import PathMapTest, try_path_map

_LONGEST = 10_000
_KEY = text("key", "The key of the setting.", needed=True, longest=60)
_VALUE = text("value", "The value as one types it; nothing takes it out.", needed=True, longest=_LONGEST)


def show(request: PageRequest) -> SettingsView:
    """Return all settings."""
    return settings_view(request.folder)


def judge(request: PageRequest) -> SettingCheck:
    """Try a value."""
    return changes.judge(request.folder, request.text("key"), request.text("value"))


def change(request: PageRequest) -> SettingView:
    """Keep a value."""
    return changes.change(request.folder, request.text("key"), request.text("value"))


def take_over(request: PageRequest) -> SettingView:
    """Keep the value in force."""
    return changes.take_over(request.folder, request.text("key"))


def path_map(request: PageRequest) -> PathMapTest:
    """Try a path map."""
    return try_path_map(request.folder, request.text_or_none("map"))


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="settings",
        help="All settings in groups, each with its value, where that is from, and an example where there is one.",
        twin="plexsync config show",
        answer=SettingsView,
        ask=show,
    ),
    Operation(
        name="setting_check",
        help="Whether a value would do, and what it comes to in this library; keeps nothing.",
        twin="plexsync config try",
        answer=SettingCheck,
        ask=judge,
        arguments=(_KEY, _VALUE),
    ),
    Operation(
        name="setting_change",
        help="Keep a value in settings.toml, or take it out.",
        twin="plexsync config set",
        answer=SettingView,
        ask=change,
        arguments=(_KEY, _VALUE),
        changes=True,
    ),
    Operation(
        name="setting_take_over",
        help="Keep the value in force in settings.toml, so that Stash's list of settings no longer changes it.",
        twin="plexsync config take-over",
        answer=SettingView,
        ask=take_over,
        arguments=(_KEY,),
        changes=True,
    ),
    Operation(
        name="path_map_test",
        help="Try a path map on all remembered files, and show some of them in both directions.",
        twin="plexsync config path-map",
        answer=PathMapTest,
        ask=path_map,
        arguments=(text("map", "Pairs as in the setting path_map; left out, the map in force.", longest=_LONGEST),),
    ),
)

"""`plexsync config`."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click
from rich.table import Table
from rich.text import Text

from plexsync.cli.drawing import draw
from plexsync.cli.frame import Code, Frame, json_option
from plexsync.domain.advice import explain_error
from plexsync.domain.settings import BY_KEY, SETTINGS
from plexsync.usecases.opening import open_data
from plexsync.usecases.settings.changes import judge
from plexsync.usecases.settings.changes import take_over as take_over_value
from plexsync.usecases.settings.libraries import library_choices
from plexsync.usecases.settings.path_map import PathMapTest, try_path_map
from plexsync.usecases.settings.values import SettingRow, set_value, settings_of
from plexsync.usecases.settings.values import reset as reset_settings


@click.group(
    epilog="\b\nExamples:\n"
    "  plexsync config show\n"
    "  plexsync config set plex_url http://192.168.1.5:32400\n"
    "  plexsync config set plex_token            asks for it, unseen\n"
    "  plexsync config set path_map '/data => /media'\n"
    "  plexsync config reset"
)
def config() -> None:
    """Show and change settings."""


@config.command()
@click.argument("key", required=False)
@json_option
@click.pass_obj
def show(frame: Frame, key: str | None) -> int:
    """Show all settings, or the one named KEY.

    Each is shown with its value and where that came from. The environment (PLEXSYNC_<KEY>) goes before settings.toml,
    that before Stash's plugin settings, and those before the default. Secrets are masked.
    """
    if key is not None and key not in BY_KEY:
        raise click.BadParameter(f"there is no setting {key}; `plexsync config show` lists them all.")
    with open_data(frame.require_folder()) as opened:
        found = settings_of(opened.context.settings)
    rows = [row for row in found.rows if key in {None, row.key}]
    problems = found.problems
    if frame.as_json:
        frame.document({"settings": [asdict(row) for row in rows], "problems": [problem.data for problem in problems]})
    elif key is not None:
        _say_one(frame, rows[0])
    else:
        _draw(rows)
        for problem in problems:
            frame.say(str(explain_error(problem)), "bold red")
    return Code.SETTINGS if problems else Code.OK


def _say_one(frame: Frame, row: SettingRow) -> None:
    frame.say(f"{row.key} = {row.value or '(not set)'}", "bold")
    frame.say(f"from {row.origin}", indent=2)
    frame.say(row.help, indent=2)


def _draw(rows: list[SettingRow]) -> None:
    table = Table("Setting", "Value", "From", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for row in rows:
        style = "dim" if row.origin == "default" else ""
        table.add_row(*(Text(text, style) for text in (row.key, row.value, row.origin)))
    draw(table)


@config.command("set", epilog="\b\nSettings:\n" + "\n".join(f"  {one.key}" for one in SETTINGS))
@click.argument("key")
@click.argument("value", required=False)
@json_option
@click.pass_obj
def set_(frame: Frame, key: str, value: str | None) -> int:
    """Set KEY to VALUE in settings.toml.

    An empty VALUE removes it. A secret is asked for, or read from standard input, if VALUE is left out: so it does not
    stay in the shell's history. A running agent takes the change over by itself.
    """
    setting = BY_KEY.get(key)
    if value is None and setting is not None:
        if not setting.secret:
            raise click.UsageError(f"What is {key} to be? {setting.help}")
        value = _read_secret(setting.name)
    row = set_value(frame.folder, key, value or "")
    if frame.as_json:
        frame.document(asdict(row))
    else:
        frame.say(f"{row.key} = {row.value}" if row.value else f"{row.key} is not set any more.")
    return Code.OK


@config.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def reset(frame: Frame, *, yes: bool) -> int:
    """Reset every setting in settings.toml to its default.

    It is also the way out where the file is gone for good.
    """
    if not yes:
        frame.confirm("Take every setting out of settings.toml?")
    reset_settings(frame.folder)
    if frame.as_json:
        frame.document({"reset": True})
    else:
        frame.say("Nothing is set in settings.toml any more.")
    return Code.OK


@config.command("try")
@click.argument("key")
@click.argument("value")
@json_option
@click.pass_obj
def try_(frame: Frame, key: str, value: str) -> int:
    """Say whether VALUE is allowed for KEY; nothing is kept."""
    found = judge(frame.require_folder(), key, value)
    if frame.as_json:
        frame.document(asdict(found))
    else:
        frame.say(" ".join(filter(None, ("This would do." if found.is_fine else found.text, found.meaning))))
    return Code.OK if found.is_fine else Code.SETTINGS


@config.command("take-over", short_help="Keep KEY's present value in settings.toml.")
@click.argument("key")
@json_option
@click.pass_obj
def take_over(frame: Frame, key: str) -> int:
    """Keep KEY's present value in settings.toml, so that Stash's list of settings no longer changes it."""
    found = take_over_value(frame.require_folder(), key)
    if frame.as_json:
        frame.document(asdict(found))
    else:
        frame.say(f"{found.key} = {found.value}")
    return Code.OK


@config.command(short_help="Show the movie libraries of Plex.")
@json_option
@click.pass_obj
def libraries(frame: Frame) -> int:
    """Show the movie libraries of Plex, with what both sides know of their files."""
    with open_data(frame.require_folder()) as opened:
        found = library_choices(opened)
    if frame.as_json:
        frame.document(asdict(found))
        return Code.OK
    for one in found.libraries:
        known = "" if one.known is None else f", Stash knows {one.known:,}"
        frame.say(f"{'*' if one.is_chosen else ' '} {one.title}: {one.items:,} items{known}")
    return Code.OK


@config.command("path-map", short_help="Try a path map on the files of both sides.")
@click.argument("rules", required=False)
@json_option
@click.pass_obj
def path_map(frame: Frame, rules: str | None) -> int:
    """Try the path map in force, or RULES like '/data => /media', on the files of both sides.

    Asks neither server. Exits with 1 if a file of Stash is not found in Plex.
    """
    found = try_path_map(frame.require_folder(), rules)
    if frame.as_json:
        frame.document(asdict(found))
    else:
        _say_path_map(frame, found)
    return Code.OK if found.files.found == found.stash_files else Code.DIFFERS


def _say_path_map(frame: Frame, found: PathMapTest) -> None:
    origin = " (found out)" if found.origin == "found_out" else ""
    for rule in found.files.rules:
        frame.say(f"{rule.stash} => {rule.plex}: {rule.found:,} of {rule.files:,} files found{origin}")
    in_stash = found.plex_files - found.files.left_in_plex.files
    frame.say(f"{found.files.found:,} of {found.stash_files:,} files of Stash are in Plex.", "bold")
    frame.say(f"{in_stash:,} of {found.plex_files:,} files of Plex are in Stash.", "bold")
    for one in (*found.files.from_stash, *found.files.from_plex):
        if not one.found:
            frame.say(f"{one.path}: {f'is it {one.instead}?' if one.instead else 'nothing like it'}", indent=2)


def _read_secret(name: str) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(name, hide_input=True, err=True))
    return sys.stdin.readline().strip()

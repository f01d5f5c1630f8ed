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
from plexsync.usecases.settings import SettingRow, set_value, settings_of
from plexsync.usecases.settings import reset as reset_settings


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

    Each with its value and where that came from: the environment (PLEXSYNC_<KEY>) goes before settings.toml, that
    before Stash's plugin settings, those before the default. Secrets are masked.
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
    """Begin with nothing set in settings.toml.

    Every setting there goes back to its default. It is also the way out where the file is gone for good.
    """
    if not yes:
        frame.confirm("Take every setting out of settings.toml?")
    reset_settings(frame.folder)
    if frame.as_json:
        frame.document({"reset": True})
    else:
        frame.say("Nothing is set in settings.toml any more.")
    return Code.OK


def _read_secret(name: str) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(name, hide_input=True, err=True))
    return sys.stdin.readline().strip()

"""The command `plexsync` as a whole: its options, its commands, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from plexsync import __version__
from plexsync.cli.command_group import CommandGroup
from plexsync.cli.frame import Code, Failure, Frame, code_of
from plexsync.domain.advice import Advice, explain_error
from plexsync.domain.errors import PlexSyncError
from plexsync.usecases.refusal import Refused

DEFAULT_FOLDER = Path("~/.stash/plexsync")

_EPILOG = """\b
Examples:
  plexsync check                     is everything set up?
  plexsync sync 17 --dry-run         what would change for scene 17?
  plexsync sync --since 24h          bring the last day's edits to Plex
  plexsync why 17                    why is scene 17 (not) as in Stash?
  plexsync reconcile --dry-run       which gaps are there between both sides?
  plexsync status --json             for scripts

\b
Exit codes:
  0  all is well
  1  something differs, failed, or is left to do
  2  the command was not understood
  3  no agent is running, or another one is
  4  a setting is missing or wrong
  5  Plex or Stash does not answer, or refuses
  6  the data folder cannot be used
  7  the agent failed: its log says why
  130  interrupted by Ctrl-C
"""


@click.group(
    cls=CommandGroup,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="PLEXSYNC_DATA_DIR",
    default=DEFAULT_FOLDER,
    show_default=True,
    show_envvar=True,
    help="PlexSync's data folder; the plugin keeps it beside Stash's config.yml.",
)
@click.version_option(__version__, prog_name="plexsync")
@click.pass_obj
def plexsync(frame: Frame, data: Path) -> None:
    """Make Plex say what Stash says.

    It does from a terminal or a script what Stash's tasks and PlexSync's page do.
    """
    frame.folder = data.expanduser()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (default: this process's own) and return the exit code."""
    os.umask(0o077)  # whatever is made from here on is nobody else's business
    words = list(sys.argv[1:] if arguments is None else arguments)
    frame = Frame(
        folder=DEFAULT_FOLDER,
        # Read here and not by click, so that an error of usage is answered in JSON as well.
        as_json="--json" in words,
    )
    try:
        return _run(words, frame)
    except Failure as failed:
        return _report(frame, failed)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains about it at its end
        return Code.DIFFERS


def _run(words: list[str], frame: Frame) -> int:
    try:
        code = plexsync.main(words, prog_name="plexsync", obj=frame, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        help_wanted.show()
        return Code.USAGE
    except click.ClickException as wrong:
        context = wrong.ctx if isinstance(wrong, click.UsageError) else None
        step = f"See `{context.command_path if context else 'plexsync'} --help`."
        raise Failure("usage", Advice(_sentence(wrong.format_message()), step), Code.USAGE) from None
    except click.Abort:
        raise Failure("interrupted", Advice("Interrupted.", ""), Code.INTERRUPTED) from None
    except Refused as refused:
        raise Failure(refused.code, refused.advice, code_of(refused.code)) from refused
    except PlexSyncError as error:
        raise Failure(error.code, explain_error(error), code_of(error.code)) from error
    except UnicodeEncodeError:  # bytes of an argument that are no UTF-8 arrive as halves of characters
        raise Failure("usage", Advice("An argument is no text in UTF-8.", "Write it anew."), Code.USAGE) from None
    else:
        return int(code or 0)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _report(frame: Frame, failed: Failure) -> int:
    if frame.as_json:
        words = {"text": failed.advice.text, "next_step": failed.advice.next_step}
        frame.document({"error": {"code": failed.name, "exit_code": int(failed.code), **words}})
    else:
        frame.tell(f"Error: {failed.advice.text}", "bold red")
        if failed.advice.next_step:
            frame.tell(failed.advice.next_step)
    return failed.code

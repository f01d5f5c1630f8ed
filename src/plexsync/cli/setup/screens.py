"""Each step of the set-up as a person sees it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from plexsync.cli.drawing import draw
from plexsync.cli.fields import say_item
from plexsync.cli.foreign import draw_foreign, if_taken_over
from plexsync.cli.frame import Frame, shown
from plexsync.domain.advice import became_words, explain
from plexsync.domain.paths.correspondence import Correspondence, LeftOver, PathExample
from plexsync.domain.phrases import counted, short, span
from plexsync.usecases.adopt.views import Adopted, ForeignField
from plexsync.usecases.setup.fields import FieldChoice
from plexsync.usecases.setup.folders import FoldersView
from plexsync.usecases.setup.found import FieldLoss
from plexsync.usecases.setup.libraries import LibraryRow
from plexsync.usecases.setup.preview import Preview
from plexsync.usecases.setup.steps import SetupView
from plexsync.usecases.sign_in.server_choice import AccountServers, ChosenServer
from plexsync.usecases.sign_in.sign_in import Invitation

_ORIGINS = {
    "given": "As you gave them.",
    "found": "Found out from files that are equal on both sides.",
    "same": "Both sides see the same paths.",
}


def say_step(frame: Frame, number: int, steps: int, name: str) -> None:
    """Say which step comes now."""
    frame.say(f"Step {number} of {steps}: {name}", "bold")


def say_done(frame: Frame, view: SetupView) -> None:
    """Say the answers that are in force."""
    for step in view.steps:
        if step.state == "done":
            frame.say(f"✓ {step.name}: {step.answer}", "green")


def say_invitation(frame: Frame, invitation: Invitation) -> None:
    """Show the link and the code."""
    frame.say("PlexSync never sees your password. Plex gives it a key that you can take back at any time.", indent=2)
    if invitation.link:
        frame.say("Open this address in a browser:", indent=2)
        frame.say(invitation.link, "bold", indent=4)
    if invitation.code:
        frame.say(f"Or open {invitation.page} on any other device, and type  {' '.join(invitation.code)}", indent=2)
    frame.say(f"Waiting for Plex. The code is good for {span(invitation.seconds)}.", indent=2)


def say_servers(frame: Frame, view: AccountServers) -> None:
    """List the servers of the account, those first that can be chosen."""
    for number, row in enumerate(view.choosable, 1):
        seen = "" if row.is_seen else ", not seen lately"
        frame.say(
            f"{number}  {row.name}  ({row.platform or 'unknown system'}, {row.version}{seen})  {row.id}", indent=2
        )
    for row in view.servers:
        if row.obstacle is not None:
            frame.say(f"-  {row.name}: {row.obstacle.text}", "dim", indent=2)
    for name in view.odd:
        frame.say(f"-  {name or 'a server without a name'}: plex.tv's words about it make no sense.", "dim", indent=2)


def say_chosen(frame: Frame, server: ChosenServer) -> None:
    """Say where the server was found."""
    way = {"local": "in your network", "direct": "over the internet", "relay": "by Plex's relay", "given": "as given"}
    frame.say(f"✓ {server.name}: {server.url}, {way[server.way]}, version {server.version}", "green")
    for warning in server.warnings:
        frame.say(str(warning), "yellow", indent=2)


def say_libraries(frame: Frame, rows: Sequence[LibraryRow]) -> None:
    """List the libraries with what Stash knows of them."""
    for number, row in enumerate(rows, 1):
        told = f"{counted(row.files, 'file')}, Stash knows {row.known}"
        frame.say(f"{number}  {row.title}  ({told})  {', '.join(row.folders)}", indent=2)


def say_folders(frame: Frame, view: FoldersView) -> None:
    """Show the rules, examples in both directions, and what is left over."""
    frame.say(_ORIGINS[view.origin], indent=2)
    for rule in view.files.rules:
        mark, style = ("✓", "green") if rule.found else ("!", "yellow")
        frame.say(f"{mark} {rule.stash} => {rule.plex}   {rule.found} of {rule.files} files found", style, indent=2)
    _say_examples(frame, "From Stash to Plex", "in no folder that Plex knows", view.files.from_stash)
    _say_examples(frame, "From Plex to Stash", "not in Stash", view.files.from_plex)
    _say_left_over(frame, view.files)
    for doubt in view.doubts:
        frame.say(str(doubt), "yellow", indent=2)


def _say_examples(frame: Frame, head: str, nowhere: str, examples: Sequence[PathExample]) -> None:
    if not examples:
        return
    found = sum(example.found for example in examples)
    frame.say(f"{head}: {counted(len(examples), 'file')} tried, {found} found", "bold", indent=2)
    for example in examples:
        mark, style = ("✓", "") if example.found else ("!", "yellow")
        other = f"{example.other}{'' if example.found else ', which is not there'}" if example.other else nowhere
        frame.say(f"{mark} {example.path} → {other}", style, indent=4)
        if example.instead:
            by = f" The rule {example.rule[0]} => {example.rule[1]} would find it." if example.rule[0] else ""
            frame.say(f"A file of this name and size is {example.instead}.{by}", "yellow", indent=8)


def _say_left_over(frame: Frame, files: Correspondence) -> None:
    frame.say(f"{counted(files.found, 'file')} of Stash found in Plex.", indent=2)
    _say_rest(frame, "of Stash are not in these libraries", files.left_in_stash)
    _say_rest(frame, "of these libraries are not in Stash, and stay as they are", files.left_in_plex)


def _say_rest(frame: Frame, words: str, rest: LeftOver) -> None:
    if rest.files:
        folders = ", ".join(f"{folder} ({number})" for folder, number in rest.folders)
        frame.say(f"{counted(rest.files, 'file')} {words}: {folders}.", "dim", indent=2)


def say_fields(frame: Frame, rows: Sequence[FieldChoice]) -> None:
    """Show each field with its rule and an example."""
    frame.say("Each field with its rule, and an example of your own library.", indent=2)
    table = Table("Field", "Rule", "Plex has", "would become", "of", box=None, pad_edge=False, header_style="dim")
    for row in rows:
        example = row.example
        if example is None:
            table.add_row(row.field, row.policy, *(Text(text, "dim") for text in ("(no example)", "", "")))
            continue
        after = shown(example.after, 50) if example.outcome == "changes" else f"({example.outcome})"
        table.add_row(row.field, row.policy, shown(example.plex, 50), after, short(example.title, 30))
    draw(table)
    rules = dict(rule for row in rows for rule in row.rules)
    frame.say("Rules: " + "; ".join(f"{rule} = {name}" for rule, name in rules.items()) + ".", "dim", indent=2)


def say_foreign(frame: Frame, found: Sequence[ForeignField]) -> None:
    """Show the locked values that PlexSync did not write, or that there are none."""
    if not found:
        frame.say(f"✓ {explain('nothing_foreign', {}).text}", "green")
        return
    frame.say(explain("foreign_found", {}).text, indent=2)
    draw_foreign(found)
    frame.say(f"If another tool left them, take them over. {if_taken_over(found)}".strip(), indent=2)


def say_adopted(frame: Frame, adopted: Adopted) -> None:
    """Say what was taken over, and how to take that back."""
    for advice in adopted.words:
        frame.say(str(advice), indent=2)


def say_preview(frame: Frame, found: Preview) -> None:
    """Show the counts, what would be lost, and the largest changes."""
    frame.say(
        f"{found.changing} of {counted(found.items, 'item')} will change, {found.equal} are the same already.", "bold"
    )
    frame.say("Nothing has been written yet.")
    for verdict, number in found.doubts:
        frame.say(f"{counted(number, 'scene')} {became_words(verdict)}, left alone.", "dim")
    if found.losses:
        frame.say("Taken away or overwritten:", "bold yellow")
        for loss in found.losses:
            frame.say(_loss(loss), "yellow", indent=2)
    else:
        frame.say("Nothing is taken away or overwritten.", "green")
    frame.say(
        "In all: " + (", ".join(f"{name} of {counted(n, 'item')}" for name, n in found.fields) or "no change") + "."
    )
    if found.kept:
        frame.say(str(explain("locked_values", {"items": counted(found.kept, "value")})), "yellow")
    for prospect in found.samples:
        frame.say(f"Scene {prospect.scene_id}{f' “{prospect.title}”' if prospect.title else ''}", "bold")
        for item in prospect.items:
            say_item(frame, item, ("changes",))


def _loss(loss: FieldLoss) -> str:
    parts = []
    if loss.overwritten:
        names = f", {loss.file_names} of them nothing but the file's name" if loss.file_names else ""
        parts.append(f"{counted(loss.overwritten, 'item')} get another one{names}")
    if loss.taken_away:
        names = ", ".join(f"{name} ({number})" for name, number in loss.names)
        parts.append(f"{counted(loss.taken_away, 'name')} go: {names}")
    locked = f" {loss.locked} are locked, and may be a person's." if loss.locked else ""
    return f"{loss.field}: {'; '.join(parts)}.{locked}"

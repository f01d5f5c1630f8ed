"""The walk through the steps of the set-up, with a person to ask or without."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict

import click

from plexsync.cli.frame import Frame
from plexsync.cli.progress import progress_bar
from plexsync.cli.setup import screens
from plexsync.cli.setup.answers import Answers, read_policy
from plexsync.domain.errors import NoSuchLibrary, PinExpired, TokenRefused
from plexsync.domain.model import Field, Policy
from plexsync.domain.phrases import counted
from plexsync.usecases.adopt.adopting import adopt
from plexsync.usecases.adopt.tools import other_tools, unread_advice
from plexsync.usecases.opening import Opened
from plexsync.usecases.setup import fields, folders, libraries
from plexsync.usecases.setup.steps import leave_locked, minding_libraries, require_stash, setup_view, step_name
from plexsync.usecases.setup.survey import Survey, note_seen, survey
from plexsync.usecases.sign_in import server_choice, sign_in
from plexsync.usecases.sign_in.keeping import forget_account

PAUSE_SECONDS = 0.5


class Stopped(Exception):
    """A step needs an answer that nobody is there to give."""


class Walk:
    """One run of the command; ``document`` gathers what each step found, for ``--json``."""

    def __init__(self, frame: Frame, opened: Opened, answers: Answers) -> None:
        self._frame = frame
        self._opened = opened
        self._answers = answers
        self.document: dict[str, object] = {}
        self._found: Survey | None = None
        self._handlers: Mapping[str, Callable[[], None]] = {
            "sign_in": self._sign_in,
            "server": self._server,
            "libraries": self._libraries,
            "folders": self._folders,
            "fields": self._fields,
            "taking_over": self._taking_over,
            "preview": self._preview,
        }

    @property
    def question(self) -> str:
        """The last question, with the number of items where they were counted."""
        items = "Plex" if self._found is None else counted(self._found.preview.changing, "item")
        return f"Start: write to {items}"

    def go(self, first: str) -> None:
        """Answer all steps from one on; without a server those before it too.

        Raises :class:`Stopped` and all that use cases raise.
        """
        require_stash(self._opened)
        view = setup_view(self._opened)
        steps = [step.step for step in view.steps]
        if not first or view.step in {"sign_in", "server"}:
            first = min(first or view.step, view.step, key=steps.index)
        self._show(screens.say_done, view)
        for step in steps[steps.index(first) :]:
            is_known = step == "server" and first == "sign_in" and not sign_in.is_signed_in(self._opened)
            if step in self._handlers and not is_known:
                self._show(screens.say_step, steps.index(step) + 1, len(steps), step_name(step))
                with minding_libraries(self._opened):
                    self._handlers[step]()

    def _show(self, draw: Callable[..., None], *what: object) -> None:
        """Draw something for a person, not with JSON."""
        if not self._frame.as_json:
            draw(self._frame, *what)

    def _ask(self, question: str, default: str = "") -> str:
        return str(click.prompt(question, default=default, show_default=False, err=True)).strip()

    def _sign_in(self) -> None:
        if self._answers.url:
            chosen = server_choice.use_address(self._opened, self._answers.url, self._answers.token)
            self.document["server"] = asdict(chosen)
            self._show(screens.say_chosen, chosen)
            return
        if self._takes_over():
            return
        name = self._account()
        self.document["account"] = name
        self._show(Frame.say, f"✓ Signed in as {name}", "green")

    def _takes_over(self) -> bool:
        """Offer the address and key of another tool that is set up in Stash; tells whether one is used now."""
        found = other_tools(self._opened)
        for tool in found:
            if (unread := unread_advice(tool)) is not None:
                self._show(Frame.say, str(unread), "yellow", 2)
        tools = [tool for tool in found if tool.is_usable]
        self.document["other_tools"] = [tool.name for tool in tools]
        for tool in tools if self._answers.asks and not sign_in.is_signed_in(self._opened) else ():
            if click.confirm(f"{tool.name} is set up in Stash. Use its address and key", default=False, err=True):
                chosen = server_choice.use_address(self._opened, tool.url, tool.token)
                self._show(screens.say_chosen, chosen)
                return True
        return False

    def _account(self) -> str:
        """Return who signed in, after a sign-in if need be."""
        if sign_in.is_signed_in(self._opened):
            try:
                return sign_in.account_name(self._opened)
            except TokenRefused as refused:
                if refused.data["server"] != "plex.tv":
                    raise
                forget_account(self._opened)
        was_under_way = sign_in.is_under_way(self._opened)
        while True:
            if was_under_way and (name := self._answered_meanwhile()):
                return name
            was_under_way = False
            invitation = sign_in.invite(self._opened, time.monotonic)
            self._show(screens.say_invitation, invitation)
            try:
                return self._wait(invitation)
            except PinExpired:
                if not self._answers.asks:
                    raise
                self._frame.say("The code has run out.", "yellow", indent=2)
                self._ask("Press Enter for a new one")

    def _answered_meanwhile(self) -> str:
        """Return who has approved a sign-in that was left, "" if nobody has."""
        until = time.monotonic() + sign_in.POLL_SECONDS + PAUSE_SECONDS
        with suppress(PinExpired):
            while time.monotonic() < until:
                view = sign_in.poll(self._opened, time.monotonic)
                if view.account or view.trouble is not None:
                    return view.account
                time.sleep(PAUSE_SECONDS)
        return ""

    def _wait(self, invitation: sign_in.Invitation) -> str:
        """Wait for a person to approve; raises :class:`Stopped` where nobody waits."""
        until, told = time.monotonic() + self._answers.wait, ""
        while True:
            view = sign_in.poll(self._opened, time.monotonic)
            if view.invitation is None:
                return view.account
            if view.trouble is not None and view.trouble.text != told:
                told = view.trouble.text
                self._frame.tell(str(view.trouble), "yellow")
            if not self._answers.asks and time.monotonic() >= until:
                self.document["sign_in"] = asdict(invitation)
                raise Stopped
            time.sleep(PAUSE_SECONDS)

    def _server(self) -> None:
        view = server_choice.servers_view(self._opened)
        rows = view.choosable
        self.document["servers"] = [asdict(row) for row in view.servers]
        wanted = self._answers.server
        if not wanted and not rows:
            wanted = view.servers[0].id  # the reason why it cannot be chosen is what there is to say
        if not wanted and len(rows) > 1:
            self._show(screens.say_servers, view)
            wanted = self._pick([row.id for row in rows], "Which server")
        chosen = server_choice.choose_server(self._opened, wanted or rows[0].id)
        self.document["server"] = asdict(chosen)
        self._show(screens.say_chosen, chosen)

    def _pick(self, ids: list[str], question: str) -> str:
        if not self._answers.asks:
            raise Stopped
        number = click.prompt(f"{question} (1 to {len(ids)})", type=click.IntRange(1, len(ids)), err=True)
        return ids[int(number) - 1]

    def _libraries(self) -> None:
        with progress_bar("Reading", shown=not self._frame.as_json) as move:
            rows = libraries.libraries_view(self._opened, lambda _, number: move(number, number))
        self.document["libraries"] = [asdict(row) for row in rows]
        if not rows:
            raise NoSuchLibrary(library="(any)", available="none")
        self._show(screens.say_libraries, rows)
        chosen = libraries.choose_libraries(self._opened, self._answers.libraries or self._pick_libraries(rows))
        self.document["chosen_libraries"] = list(chosen)
        self._show(Frame.say, f"✓ {'; '.join(chosen)}", "green")

    def _pick_libraries(self, rows: tuple[libraries.LibraryRow, ...]) -> tuple[str, ...]:
        if len(rows) == 1:
            return (rows[0].title,)
        if not self._answers.asks:
            raise Stopped
        likely = [str(number) for number, row in enumerate(rows, 1) if row.known] or ["1"]
        text = self._ask(f"Which libraries (numbers with commas, Enter for {', '.join(likely)})", ",".join(likely))
        numbers = [int(part) for part in text.replace(" ", "").split(",") if part.isdecimal()]
        if not numbers or not all(1 <= number <= len(rows) for number in numbers):
            self._frame.say(f"Write numbers from 1 to {len(rows)}.", "yellow")
            return self._pick_libraries(rows)
        return tuple(rows[number - 1].title for number in numbers)

    def _folders(self) -> None:
        tried = folders.read_rules("; ".join(self._answers.folders)) if self._answers.folders else None
        while True:
            view = folders.folders_view(self._opened, tried)
            self.document["folders"] = asdict(view)
            self._show(screens.say_folders, view)
            if not self._answers.asks:
                if not view.files.found:
                    raise Stopped
                break
            text = self._ask("Enter to go on, or rules like /data => /media; /new => /mnt/new")
            if not text:
                break
            tried = folders.read_rules(text)
        folders.choose_folders(self._opened, tried)

    def _fields(self) -> None:
        chosen = dict(self._answers.policies)
        while True:
            if chosen:
                fields.choose_fields(self._opened, chosen)
            rows = fields.fields_view(self._opened)
            self.document["fields"] = [asdict(row) for row in rows]
            self._show(screens.say_fields, rows)
            chosen = self._pick_rule()
            if not chosen:
                break
        fields.choose_fields(self._opened, {})

    def _pick_rule(self) -> dict[Field, Policy]:
        """Return the rule that a person wants for a field, nothing if all may stay."""
        text = self._ask("Enter to go on, or FIELD=RULE, as genres=mirror") if self._answers.asks else ""
        try:
            return dict([read_policy(text)]) if text else {}
        except click.BadParameter as wrong:
            self._frame.say(wrong.message, "yellow", indent=2)
            return self._pick_rule()

    def _taking_over(self) -> None:
        """Show what another tool has left locked, and take over what a person names; else it stays as it is."""
        found = self._survey().foreign
        self.document["foreign"] = [asdict(row) for row in found]
        self._show(screens.say_foreign, found)
        there = [row.field for row in found]
        if chosen := [name for name in there if name in self._answers.adopted] or self._pick_foreign(there):
            with progress_bar("Taking over", shown=not self._frame.as_json) as move:
                adopted = adopt(self._opened, [Field(name) for name in chosen], move, time.time())
            self.document["adopted"] = asdict(adopted)
            self._show(screens.say_adopted, adopted)
            self._found = None
        leave_locked(self._opened)

    def _pick_foreign(self, there: list[str]) -> list[str]:
        if not (there and self._answers.asks):
            return []
        text = self._ask("Enter to leave them all, or the fields to take over, such as genres, title (or: all)")
        chosen = [part.strip().lower() for part in text.split(",") if part.strip()]
        if chosen == ["all"]:
            return there
        if odd := [name for name in chosen if name not in there]:
            self._frame.say(f"{odd[0]} is none of them: {', '.join(there)}.", "yellow", indent=2)
            return self._pick_foreign(there)
        return chosen

    def _survey(self) -> Survey:
        """Look at all scenes, unless that was done and nothing has changed since."""
        if self._found is None:
            with progress_bar("Comparing", shown=not self._frame.as_json) as move:
                self._found = survey(self._opened, move)
        return self._found

    def _preview(self) -> None:
        found = self._survey()
        note_seen(self._opened, found.by)
        self.document["preview"] = asdict(found.preview)
        self._show(screens.say_preview, found.preview)

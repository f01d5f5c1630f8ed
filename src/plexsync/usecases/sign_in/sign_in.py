"""Signing in: a link and a short code, of which a person uses one; both are polled from this side.

A sign-in is kept in a file, so it survives a closed browser, a stopped command and a restart. The token is kept from
the first answer that holds it (docs/engineering/plextv.md §2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from plexsync.domain.advice import Advice, explain_error
from plexsync.domain.errors import PinExpired, PlexSyncError, ServerError, TokenRefused, TooManyRequests
from plexsync.plextv import pins
from plexsync.plextv.account import account
from plexsync.plextv.client import MOST_QUIET, PlexTvClient
from plexsync.store.files.sign_in_file import KeptPin, KeptSignIn, SignInFile
from plexsync.usecases.opening import Opened
from plexsync.usecases.sign_in.keeping import forget_account, keep_values
from plexsync.usecases.sign_in.plex_tv import anonymous, as_account

POLL_SECONDS = 2.0
FRESH_SECONDS = 60.0
"""A sign-in with less time left than this is begun anew when somebody asks for it."""

Clock = Callable[[], float]
"""Seconds of a clock that runs evenly."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A person signs in by the link, or on a page where a code is typed; ``seconds`` is how long the code is good."""

    link: str = field(repr=False)
    page: str
    code: str = field(repr=False)
    seconds: float


@dataclass(frozen=True, slots=True)
class SignInView:
    """How a sign-in stands: signed in as ``account``, or waiting by an ``invitation``, with the passing ``trouble``."""

    account: str = ""
    invitation: Invitation | None = None
    trouble: Advice | None = None


def is_signed_in(opened: Opened) -> bool:
    """Tell whether there is a key to an account; whether plex.tv still takes it, :func:`account_name` tells."""
    return bool(opened.context.settings.text("plex_account_token"))


def is_under_way(opened: Opened) -> bool:
    """Tell whether a sign-in was begun and is not over, as far as it is known here."""
    return SignInFile(opened.folder).read() is not None


def account_name(opened: Opened) -> str:
    """Ask plex.tv who signed in; raises :class:`NotSignedIn` and :class:`ServerError`."""
    with as_account(opened) as client:
        return account(client).name


def invite(opened: Opened, clock: Clock) -> Invitation:
    """Return the sign-in under way, or begin one; raises :class:`ServerError` where plex.tv makes no pins."""
    file, now = SignInFile(opened.folder), clock()
    kept = file.read()
    with anonymous(opened) as client:
        if kept is None or len(kept.pins) < len(("strong", "short")) or _left(kept, now) < FRESH_SECONDS:
            strong, short = (_kept(pins.make(client, strong=strong), now) for strong in (True, False))
            kept = KeptSignIn(strong, short, now + POLL_SECONDS)
            file.write(kept)
        return _invitation(client, kept, now)


def poll(opened: Opened, clock: Clock) -> SignInView:
    """See how the sign-in stands, asking plex.tv every two seconds at most.

    Passing trouble ends nothing. Raises :class:`PinExpired` once both ways are over.
    """
    file, now = SignInFile(opened.folder), clock()
    kept = file.read()
    if kept is None:
        if is_signed_in(opened):
            return SignInView(account=account_name(opened))
        raise PinExpired
    with anonymous(opened) as client:
        if _is_quiet(kept, now):
            return SignInView(invitation=_invitation(client, kept, now))
        kept, token, trouble = _ask(client, kept, now)
        if token:
            return _signed_in(opened, token)
        if not kept.pins:
            file.forget()
            raise PinExpired
        file.write(kept)
        return SignInView(invitation=_invitation(client, kept, now), trouble=trouble)


def show(opened: Opened, clock: Clock, *, anew: bool) -> SignInView:
    """Say how the sign-in stands, for whoever asks again and again; begin one if there is none, or ``anew``.

    A code that has run out is told as trouble, without an invitation. A key that plex.tv no longer takes is forgotten.
    Raises :class:`ServerError`.
    """
    if anew or not (is_under_way(opened) or is_signed_in(opened)):
        return SignInView(invitation=invite(opened, clock))
    try:
        return poll(opened, clock)
    except PinExpired as over:
        return SignInView(trouble=explain_error(over))
    except TokenRefused:
        forget_account(opened)
        return SignInView(invitation=invite(opened, clock))


def _ask(client: PlexTvClient, kept: KeptSignIn, now: float) -> tuple[KeptSignIn, str, Advice | None]:
    """Ask for both pins; returns what is left of them, the token, and the trouble that came."""
    kept, trouble = replace(kept, quiet_until=now + POLL_SECONDS), None
    for name, pin in (("strong", kept.strong), ("short", kept.short)):
        told = None if pin is None else _read(client, pin)
        if isinstance(told, str) and told:
            return kept, told, None
        if isinstance(told, ServerError) and pin is not None and pin.until > now:
            kept, trouble = _after(told, kept, now), explain_error(told)
        elif isinstance(told, PlexSyncError):
            kept = _without(kept, name)
    return kept, "", trouble


def _read(client: PlexTvClient, pin: KeptPin) -> str | PlexSyncError:
    """Ask for a pin; returns its token, "" as long as it waits, or what is wrong."""
    try:
        return pins.read(client, pin.id).token
    except (PinExpired, ServerError) as problem:
        return problem


def _without(kept: KeptSignIn, name: str) -> KeptSignIn:
    return replace(kept, strong=None) if name == "strong" else replace(kept, short=None)


def _after(error: ServerError, kept: KeptSignIn, now: float) -> KeptSignIn:
    """Leave plex.tv alone for as long as it wants."""
    seconds = float(error.data["retry_after"]) if isinstance(error, TooManyRequests) else POLL_SECONDS
    return replace(kept, quiet_until=max(kept.quiet_until, now + seconds))


def _signed_in(opened: Opened, token: str) -> SignInView:
    """Keep the token before anything else is asked; the name of the account may wait."""
    keep_values(opened, {"plex_account_token": token})
    SignInFile(opened.folder).forget()
    try:
        return SignInView(account=account_name(opened))
    except ServerError as error:
        return SignInView(account="your account", trouble=explain_error(error))


def _kept(pin: pins.Pin, now: float) -> KeptPin:
    return KeptPin(pin.id, pin.code, now + pin.seconds)


def _left(kept: KeptSignIn, now: float) -> float:
    """Return the seconds until the first way is over; a clock that began anew (a restart) tells nothing."""
    return min((pin.until - now for pin in kept.pins), default=0.0)


def _is_quiet(kept: KeptSignIn, now: float) -> bool:
    return 0.0 < kept.quiet_until - now <= MOST_QUIET


def _invitation(client: PlexTvClient, kept: KeptSignIn, now: float) -> Invitation:
    strong, short = (pins.Pin(pin.id, pin.code, pin.until - now) if pin else None for pin in (kept.strong, kept.short))
    seconds = next((max(0.0, pin.seconds) for pin in (short, strong) if pin is not None), 0.0)
    return Invitation(
        link="" if strong is None else pins.sign_in_link(client.client_id, strong),
        page=pins.LINK_PAGE,
        code="" if short is None else short.code,
        seconds=seconds,
    )

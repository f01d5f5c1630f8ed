"""``sign_in.json`` in the data folder: the pins of a sign-in under way, so that any process may go on with it.

A pin leads to the token, so the file is private and goes as soon as the sign-in ends.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from plexsync.net.decode import DECODE_ERRORS, real, text, whole
from plexsync.store.files import private_file

NAME = "sign_in.json"


@dataclass(frozen=True, slots=True)
class KeptPin:
    """A pin, and until when it is good, by the clock of this machine that runs evenly."""

    id: int = field(repr=False)
    code: str = field(repr=False)
    until: float


@dataclass(frozen=True, slots=True)
class KeptSignIn:
    """The pins of a sign-in; one that is over is None. Nothing is asked before ``quiet_until``."""

    strong: KeptPin | None
    short: KeptPin | None
    quiet_until: float

    @property
    def pins(self) -> tuple[KeptPin, ...]:
        """Those that are not over."""
        return tuple(pin for pin in (self.strong, self.short) if pin is not None)


class SignInFile:
    """The file, read anew each time; one that cannot be read counts as not there."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def read(self) -> KeptSignIn | None:
        """Return the sign-in under way, None if there is none."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            return KeptSignIn(_pin(found["strong"]), _pin(found["short"]), real(found["quiet_until"]))
        except (OSError, *DECODE_ERRORS):
            return None

    def write(self, kept: KeptSignIn) -> None:
        """Keep a sign-in; raises OSError and :class:`WouldLockOut`."""
        private_file.write(self._path, json.dumps(asdict(kept)))

    def forget(self) -> None:
        """Take the file away; raises OSError."""
        with suppress(FileNotFoundError):
            self._path.unlink()


def _pin(value: Any) -> KeptPin | None:
    return None if value is None else KeptPin(whole(value["id"]), text(value["code"]), real(value["until"]))

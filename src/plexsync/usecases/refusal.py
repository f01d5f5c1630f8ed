"""Something that was asked for and was not done."""

from __future__ import annotations

from collections.abc import Mapping

from plexsync.domain.advice import Advice, explain


class Refused(Exception):
    """A request was not carried out: ``code`` says why to programs, ``advice`` to people."""

    def __init__(self, code: str, data: Mapping[str, str] | None = None) -> None:
        """Keep the code and the words for it."""
        super().__init__(code)
        self.code = code
        self.advice: Advice = explain(code, data or {})

"""Secrets taken out of text, in whatever form they got into it."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from plexsync.domain.settings import MASK

SHORT = 8
# A short secret is one only where it stands by itself, as in `key=abc` or `key%3Dabc`: else it would tear words.
_ALONE = "(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{{2}})){}(?![A-Za-z0-9])"


class Redactor:
    """Replaces known secrets: as they are, as they stand in an address, in quotes, in HTML or in base64."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Know some from the start."""
        self.know(secrets)

    def know(self, secrets: Iterable[str]) -> None:
        """Set the secrets to look for."""
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        # The longest first: of one that holds another nothing may be left over.
        patterns = map(_pattern, sorted(forms, key=lambda form: (-len(form), form)))
        self._known = re.compile("|".join(patterns)) if forms else None

    def clean(self, text: str) -> str:
        """Return the text with all secrets masked."""
        known = self._known  # read once: another thread may set others meanwhile
        return text if known is None else known.sub(MASK, text)


def _pattern(form: str) -> str:
    if len(form) >= SHORT:
        return re.escape(form)
    return _ALONE.format(re.escape(form))


def _forms(secret: str) -> Iterator[str]:
    yield secret
    percent = quote(secret, safe="")
    yield from (percent, re.sub("%..", lambda found: found[0].lower(), percent), quote(secret))
    yield from (json.dumps(secret)[1:-1], repr(secret)[1:-1], repr(secret + "'\"")[1:-4], html.escape(secret))
    if len(secret) >= SHORT:
        yield from (secret.encode().hex(), secret.encode().hex().upper())
        yield from _in_base64(secret.encode())


def _in_base64(secret: bytes) -> Iterator[str]:
    """Yield what of a secret shows in base64 whatever stands before and after it, for each of the three positions."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + secret).decode().rstrip("=")
        sure = text[(0, 2, 3)[before] : len(text) if (before + len(secret)) % 3 == 0 else len(text) - 1]
        yield from (sure, sure.replace("+", "-").replace("/", "_"))

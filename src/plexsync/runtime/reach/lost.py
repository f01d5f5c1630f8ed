"""Troubles with a server that its other addresses may end."""

from __future__ import annotations

from plexsync.domain.errors import (
    Dropped,
    ForeignServer,
    HttpsOnly,
    Moved,
    NoReply,
    NoSuchHost,
    OtherServer,
    TlsFailed,
    TokenRefused,
    Unreachable,
)

LOST = frozenset(
    kind.code
    for kind in (
        *(Unreachable, NoSuchHost, NoReply, Dropped, HttpsOnly, TlsFailed),
        *(OtherServer, Moved, ForeignServer, TokenRefused),
    )
)
"""Troubles that another address, or a newer key, may end."""

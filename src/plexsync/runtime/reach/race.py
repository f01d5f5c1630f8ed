"""The way to a Plex server: all its addresses are asked at once who they are, without a token, and the best is kept.

An address of a list may be somebody else's machine, or nobody's. So each is a guess until the server's own identity
comes from there.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from plexsync.domain.advice import explain_error
from plexsync.domain.errors import ForeignServer, NoAddressAnswers, PlexSyncError
from plexsync.net.tls import Address
from plexsync.plex.client import SERVER, PlexClient
from plexsync.plex.library import identity
from plexsync.plextv.addresses import ServerAddress

CONNECT_SECONDS, READ_SECONDS = 3.0, 4.0
MOST_SECONDS = 6.0
"""How long an address is waited for."""

BETTER_SECONDS = 2.0
"""How long a better address is waited for, when another one has answered."""


@dataclass(frozen=True, slots=True)
class Tried:
    """The result of one address: the version of the server that was looked for, or the trouble with it."""

    address: ServerAddress
    seconds: float
    version: str = ""
    trouble: PlexSyncError | None = None


def reach(name: str, machine_id: str, addresses: Sequence[ServerAddress], client_id: str) -> Tried:
    """Return the best address at which a server answers, within six seconds; raises :class:`NoAddressAnswers`."""
    tried = list(_race(machine_id, addresses, client_id))
    well = [one for one in tried if one.trouble is None]
    if not well:
        raise NoAddressAnswers(
            server=SERVER,
            url="",
            name=name,
            number=str(len(addresses)),
            detail=_troubles(tried) or "No answer came in time.",
        )
    return min(well, key=lambda one: (one.address.rank, one.address.is_ipv6, one.seconds))


def _race(machine_id: str, addresses: Sequence[ServerAddress], client_id: str) -> Iterator[Tried]:
    """Ask all addresses at once, and yield what comes of each, until no better one can be hoped for."""
    answers: queue.SimpleQueue[Tried] = queue.SimpleQueue()
    for address in addresses:
        work = threading.Thread(target=lambda one=address: answers.put(_try(one, machine_id, client_id)), daemon=True)
        work.start()
    waiting, until = list(addresses), time.monotonic() + MOST_SECONDS
    while waiting and (left := until - time.monotonic()) > 0:
        try:
            tried = answers.get(timeout=left)
        except queue.Empty:
            return
        yield tried
        is_well = tried.trouble is None
        waiting = [one for one in waiting if one != tried.address and not (is_well and one.rank >= tried.address.rank)]
        if is_well:
            until = min(until, time.monotonic() + BETTER_SECONDS)


def _try(address: ServerAddress, machine_id: str, client_id: str) -> Tried:
    began = time.monotonic()
    try:
        client = PlexClient(
            Address(address.url), "", connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, client_id=client_id
        )
        with closing(client):
            who = identity(client)
    except PlexSyncError as trouble:
        return Tried(address, time.monotonic() - began, trouble=trouble)
    if who.machine_id != machine_id:
        foreign = ForeignServer(server=SERVER, url=address.url, status="200", detail="another Plex server")
        return Tried(address, time.monotonic() - began, trouble=foreign)
    return Tried(address, time.monotonic() - began, version=who.version)


def _troubles(tried: Sequence[Tried]) -> str:
    """Say what is wrong with the addresses, the commonest first."""
    kinds = Counter(one.trouble.code for one in tried if one.trouble is not None)
    first = {one.trouble.code: explain_error(one.trouble).text for one in reversed(tried) if one.trouble is not None}
    return " ".join(first[code] for code, _ in kinds.most_common(2))

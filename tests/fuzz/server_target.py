"""The common part of the targets that answer in a server's place: inputs, and the promise about each answer."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import noise
from target import Wrong, pack

from plexsync.domain.advice import explain_error
from plexsync.domain.errors import PlexSyncError
from plexsync.store import Store


class _Undo(Exception):
    """Ends a transaction, so that no input finds what another one left."""


def _undo() -> None:
    raise _Undo


def each_field(seeds: Mapping[str, list[Any]]) -> Iterator[bytes]:
    """Yield every answer there is with an odd value in each place in turn."""
    values = itertools.cycle(noise.ODD_VALUES)
    for call, documents in seeds.items():
        for document in documents:
            for changed in noise.each_field(document, values, 4):
                yield pack(call=call, status=200, body=noise.encoded(changed))


def read(store: Store, call: Callable[[], object]) -> None:
    """Read an answer and forget what was kept of it; an error of ours must have words, and data that JSON can hold."""
    try:
        with store.transaction():
            call()
            _undo()
    except _Undo:
        pass
    except PlexSyncError as error:
        words = str(explain_error(error))
        if "Traceback" in words or not words:
            raise Wrong(words) from error
        json.dumps(error.data, ensure_ascii=False).encode()
    if store.connection.in_transaction:
        raise Wrong("a transaction is left open")

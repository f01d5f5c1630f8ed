"""Rows of the `command` table with anything in them, as the agent's commands and reconciler take them."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import noise
from target import Target, Wrong, pack, unpack

from plexsync.agent.commands import AT_ONCE, CommandRunner, Inbox
from plexsync.domain.advice import explain
from plexsync.reconcile.scheduler import Scheduler
from plexsync.runtime.context import Context
from plexsync.runtime.restarts import Restarts
from plexsync.runtime.shared import Shared
from plexsync.runtime.stash_load.prefetch import Prefetch
from plexsync.store import Store
from plexsync.usecases.runs.follow import failure_of

NAMES = ("sync", "sync", "sync", "reconcile", "reconcile", "wake", "restart", "")
ARGUMENTS: Sequence[dict[str, Any]] = (
    {"scope": "scenes", "origin": "task", "scenes": [1, 2, 3], "allowed": False},
    {"scope": "since", "origin": "task", "moment": 1.7e9},
    {"scope": "all", "origin": "page"},
    {"scope": "custom", "from": "2024-05-01", "to": "24h", "origin": "task", "kinds": ["drift", "empty"], "deep": True},
    {"scope": "settings", "origin": "task", "allowed": True},
)
ENDED = {"done", "failed", "cancelled"}


@contextlib.contextmanager
def opened() -> Iterator[Target]:
    """The target: a data folder, and the three parts of the agent that take commands from it."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as closing:
        store, others = (closing.enter_context(contextlib.closing(Store(Path(name)))) for _ in range(2))
        context = Context(store.folder, {})
        shared = replace(Shared.begin(context, Prefetch()), starts=Restarts(lambda: 1e9))
        commands, reconciler = (
            CommandRunner(store, shared, lambda: 1e9),
            Scheduler(store, shared, shared.targets[0], lambda: 1e9),
        )
        inbox = Inbox(store, {name: lambda _: {} for name in AT_ONCE}, lambda: 1e9)

        def turn() -> None:
            inbox.take(only=AT_ONCE)
            commands.turn()
            reconciler.turn()

        yield Target("commands", 40, _make, lambda data: _run(data, others, turn))


def _make(rng: Random) -> bytes:
    chance = rng.random()
    given = rng.choice(ARGUMENTS)
    if chance < 0.6:
        arguments: Any = noise.encoded(noise.mutated(rng, given))
    elif chance < 0.8:
        arguments = noise.garbled(rng, noise.encoded(given))
    else:
        arguments = noise.encoded(noise.any_json(rng))
    name = rng.choice(NAMES) if rng.random() < 0.9 else noise.text(rng)
    kinds = ["text", "text", "text", "text", "blob", "badtext"]
    return pack(name=name, arguments=arguments, kind=rng.choice(kinds), name_kind=rng.choice(kinds))


def _run(data: bytes, store: Store, turn: Callable[[], None]) -> None:
    given = unpack(data)
    command = _leave(store, given)
    turn()
    row = store.connection.execute("SELECT state FROM command WHERE id = ?", (command,)).fetchone()
    if row["state"] not in ENDED:
        raise Wrong(f"the command is {row['state']}")
    ended = store.commands.get(command)
    if ended is not None and not str(explain(*failure_of(ended))):
        raise Wrong("nothing to say of it")
    if store.connection.execute("SELECT 1 FROM run WHERE state = 'running' AND kind != 'sync'").fetchone():
        raise Wrong("a run is left open")
    store.connection.execute("DELETE FROM command")
    store.connection.execute("DELETE FROM run")
    store.connection.execute("DELETE FROM job")


def _leave(store: Store, given: dict[str, Any]) -> int:
    """Put a row there as something else than PlexSync might: of another type, or of no UTF-8."""
    cast = {"text": "CAST(? AS TEXT)", "blob": "?", "badtext": "CAST(? || x'ff' AS TEXT)"}
    name = given["name"].encode("utf-8", "surrogatepass")
    cursor = store.connection.execute(
        f"""INSERT INTO command (name, arguments, state, progress, result, asked_at, heard_at, ended_at)
            VALUES ({cast[given["name_kind"]]}, {cast[given["kind"]]}, 'new', 0, '{{}}', 1e9, 1e9, 0)""",
        (name, given["arguments"].encode("latin-1")),
    )
    return int(cursor.lastrowid or 0)

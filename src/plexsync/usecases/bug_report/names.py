"""The names that PlexSync knows of: titles, people, folders, machines."""

from __future__ import annotations

import getpass
import re
import socket
from collections.abc import Iterator
from contextlib import suppress

from plexsync.domain.model import EntityKind
from plexsync.domain.person.lanes import Lane
from plexsync.domain.settings import SETTINGS, Form
from plexsync.store.person.queue import Search
from plexsync.usecases.opening import Opened

_BETWEEN_PARTS = re.compile(r"[/\\]")
_ENDING = re.compile(r"\.\w{1,5}$")
_MOST_JOBS = 10_000


def known_names(opened: Opened) -> Iterator[str]:
    """Yield every name that is remembered or set, parts of paths one by one; some come twice."""
    store = opened.store
    yield from store.scenes.titles()
    yield from store.library.all_titles()
    yield from store.collections.titles()
    for kind in EntityKind:
        yield from (name for name, _ in store.scenes.entities(kind).values())
    for section in store.library.sections().values():
        yield section.title
    for path in _paths(opened):
        yield from parts_of(path)
    for lane in (Lane.DEAD, Lane.WAITING, Lane.PARKED):
        for one in store.queue.page(Search(lane), _MOST_JOBS, 0):
            yield from one.job.detail.values()
    yield from _set_names(opened)
    yield from _of_machine()


def parts_of(path: str) -> Iterator[str]:
    """Yield the names of folders and file that a path is made of, the file's without its ending."""
    *folders, file = _BETWEEN_PARTS.split(path)
    yield from folders
    yield _ENDING.sub("", file)


def _paths(opened: Opened) -> Iterator[str]:
    yield str(opened.folder)
    yield from (path for _, _, path, _ in opened.store.scenes.files())
    yield from (path for path, _ in opened.store.library.files())


def _set_names(opened: Opened) -> Iterator[str]:
    settings = opened.context.settings
    for setting in SETTINGS:
        if setting.form is Form.STRING and not setting.secret:
            for value in re.split(r";|=>", settings.shown(setting.key)):
                yield from (value, *parts_of(value))


def _of_machine() -> Iterator[str]:
    yield socket.gethostname()
    with suppress(OSError, KeyError, ImportError):  # a user without a name, as in a container
        yield getpass.getuser()

"""plex.tv as this installation talks to it: under its own id, with the account's token if there is one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

from plexsync.domain.errors import NotSignedIn
from plexsync.plextv.client import PlexTvClient, host_of
from plexsync.runtime.context import client_id
from plexsync.usecases.opening import Opened


@contextmanager
def anonymous(opened: Opened) -> Iterator[PlexTvClient]:
    """Talk to plex.tv without an account."""
    with closing(PlexTvClient(host_of(os.environ), client_id(opened.store))) as client:
        yield client


@contextmanager
def as_account(opened: Opened) -> Iterator[PlexTvClient]:
    """Talk to plex.tv as the account that signed in; raises :class:`NotSignedIn`."""
    token = opened.context.settings.text("plex_account_token")
    if not token:
        raise NotSignedIn
    with closing(PlexTvClient(host_of(os.environ), client_id(opened.store), token)) as client:
        yield client

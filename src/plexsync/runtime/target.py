"""A target: one Plex server with its libraries, and everything PlexSync knows of it while it runs.

There is one today. All work for Plex is done for a target, so a second one is a second entry in :func:`targets_of`.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import final

from plexsync.domain.desired import Rules, rules_print
from plexsync.domain.merge.item import MergeRules
from plexsync.domain.model import Artwork, Policy
from plexsync.domain.settings import Settings
from plexsync.net.throttle import Throttle
from plexsync.plex.client import PlexClient
from plexsync.plex.items import PlexItems
from plexsync.plex.libraries import PlexLibraries
from plexsync.plex.library import Identity, identity
from plexsync.plex.pictures import PlexPictures
from plexsync.plex.upload_habits import UploadHabits
from plexsync.runtime.circuit_breaker import CircuitBreaker
from plexsync.runtime.context import PLEX, Context
from plexsync.runtime.listening.hearing import Hearing
from plexsync.runtime.listening.plex_news import PlexNews
from plexsync.runtime.servers import Servers
from plexsync.stash.scene_reader import StashScenes


@final
@dataclass(frozen=True, slots=True)
class Target:
    """One Plex server: its settings and client, what it told, how busy it is, and whether work for it goes on.

    ``news``, ``throttle``, ``breaker``, ``hearing``, ``agents`` and ``upload_habits`` live as long as PlexSync's own
    agent, and every copy of a target has the same ones. ``agents`` are those of the chosen libraries, by their ids.
    """

    name: str
    _context: Context
    news: PlexNews = field(default_factory=PlexNews)
    throttle: Throttle = field(default_factory=Throttle)
    breaker: CircuitBreaker = field(default_factory=CircuitBreaker)
    hearing: Hearing = field(default_factory=Hearing)
    agents: dict[str, str] = field(default_factory=dict)
    upload_habits: UploadHabits = field(default_factory=UploadHabits)

    def seen_from(self, context: Context) -> Target:
        """Return this target with the settings and the client of another context, one that nobody refreshes."""
        return replace(self, _context=context)

    @property
    def settings(self) -> Settings:
        """The settings in force for this server."""
        return self._context.settings

    @property
    def generation(self) -> int:
        """How often the settings or the client have changed."""
        return self._context.generation

    @property
    def client(self) -> PlexClient:
        """The client; raises a settings error as long as address or token are missing or wrong."""
        return self._context.plex(self.name)

    @property
    def rules(self) -> Rules:
        """The rules by which scenes become desired values here; raises a settings error where Stash is not known."""
        return Rules.from_settings(self.settings, self._context.stash.url)

    @property
    def merge_rules(self) -> MergeRules:
        """The rules by which desired values meet what the server shows."""
        return MergeRules.from_settings(self.settings)

    def artworks(self, section_id: str) -> tuple[Artwork, ...]:
        """Return the pictures that are switched on for a library."""
        agent = self.agents.get(section_id, "")
        return tuple(image for image in Artwork if self.settings.image(image, agent))

    def rules_hash(self, off: Collection[str]) -> str:
        """Return a hash of what decides about what is written here: settings, and fields that no form works for."""
        images = (
            f"{image.value} {self.settings.text(f'image_{image.value}')}{self.picture_mark}" for image in self._images
        )
        return rules_print(self.rules.without(off), images)

    @property
    def picture_mark(self) -> str:
        """Return the policies of the pictures, "" as long as all have the usual one."""
        policies = [self.settings.picture_policy(image).value for image in self._images]
        return "" if set(policies) <= {Policy.MERGE.value} else f" {' '.join(policies)}"

    @property
    def _images(self) -> tuple[Artwork, ...]:
        """The pictures that are switched on for any library."""
        return tuple(image for image in Artwork if self.settings.text(f"image_{image.value}") != "off")

    @property
    def servers(self) -> Servers:
        """Stash and this server, each time by the client in force then; what is asked raises settings errors, too."""
        return Servers(
            StashScenes(lambda: self._context.stash),
            PlexLibraries(lambda: self.client),
            PlexItems(lambda: self.client),
            PlexPictures(lambda: self.client, time.sleep),
        )

    def identity(self) -> Identity:
        """Ask the server who it is; raises server and settings errors."""
        return identity(self.client)


def targets_of(context: Context) -> tuple[Target, ...]:
    """Return the targets that the settings name."""
    return (Target(PLEX, context),)

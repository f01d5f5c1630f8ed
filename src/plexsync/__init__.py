"""PlexSync keeps a Plex library's metadata equal to what a Stash library says."""

__version__ = "1.4.0"

PLUGIN_ID = "StashPlexSync"
"""Under which id Stash knows the plugin."""

"""A simulated Plex Media Server: `python -m plexsync_simulators.plex`."""

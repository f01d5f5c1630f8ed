"""A simulated Plex Media Server: `python -m plexsync.sim.plex`."""

"""The three-way merge: what PlexSync left in Plex, what Plex shows, what Stash says."""

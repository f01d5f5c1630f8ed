"""The Plex side: one client, what it reads, how edits and pictures are written."""

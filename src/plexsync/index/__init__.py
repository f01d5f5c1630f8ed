"""Which Plex item holds which file, and which scene may write to it."""

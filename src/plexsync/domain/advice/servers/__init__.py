"""Sentences about the servers: what a Plex takes, what the health check and the probe find, the sign-in."""

"""Notifications from Plex: gathered until it is silent, and whether it is heard at all."""

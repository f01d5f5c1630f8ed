"""Signing in to Plex, choosing a server of the account, and signing out."""

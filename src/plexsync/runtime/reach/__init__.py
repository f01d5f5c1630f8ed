"""The way to a Plex server: which of its addresses to use, and what to do when that one stops answering."""

"""The index of Plex: items by file, and the scenes that may write to them."""

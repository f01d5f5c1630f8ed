"""The client of plex.tv: pins, the account, and its servers with their connections (docs/engineering/plextv.md)."""

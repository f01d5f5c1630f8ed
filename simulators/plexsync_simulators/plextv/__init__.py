"""A simulated plex.tv: sign-in by pins, accounts, and the servers they may use (docs/engineering/plextv.md)."""

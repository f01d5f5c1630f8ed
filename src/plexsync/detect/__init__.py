"""Notice changes: what was edited in Stash, what moved in Plex, and what neither of them announces."""

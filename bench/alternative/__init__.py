"""PlexSync beside a script of another kind that does the same."""

"""History: what PlexSync wrote, one row for each cause."""

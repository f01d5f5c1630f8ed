"""Events of items without an edit: scans, matches, merges, new keys."""

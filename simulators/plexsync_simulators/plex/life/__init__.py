"""What happens to items without an edit: scans, matches, merges, new keys."""

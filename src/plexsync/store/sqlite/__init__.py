"""SQLite itself: statements for many keys, and its errors in our words."""

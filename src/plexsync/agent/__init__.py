"""The resident process: its lock, its threads, its commands, and how it comes back after a failure."""

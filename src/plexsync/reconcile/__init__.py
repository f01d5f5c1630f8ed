"""Compare both sides: when, which scenes, what differs, and what may be queued."""

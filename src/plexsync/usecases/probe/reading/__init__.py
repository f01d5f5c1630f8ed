"""The questions that only read."""

"""Sparing Stash: what has been read or compared already, and how much of its time may be taken."""

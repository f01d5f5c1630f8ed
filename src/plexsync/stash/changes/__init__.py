"""Noticing changes in Stash: what changed since the last poll, and what tells that something did."""

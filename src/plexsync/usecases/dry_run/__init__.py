"""Trying out what a sync or a reconcile would do; nothing is written."""

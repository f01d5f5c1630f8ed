"""Bring jobs over: read, plan, write, read back, settle."""

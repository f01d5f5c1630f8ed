"""Writes of the past: looked at again, and taken back."""

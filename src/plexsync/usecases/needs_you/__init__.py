"""Scenes that need a person: by cause, with what to do about each."""

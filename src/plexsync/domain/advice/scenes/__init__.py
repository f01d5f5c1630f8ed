"""Sentences about scenes: why one waits, what becomes of its fields and pictures, what was found, what an undo does."""

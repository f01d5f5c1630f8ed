"""Pseudonyms in place of names, titles and paths: in the recording of a probe, and in a bug report."""

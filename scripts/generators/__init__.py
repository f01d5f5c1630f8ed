"""Texts that scripts/generate writes: a module for each page, and one for the types of the page in Stash."""

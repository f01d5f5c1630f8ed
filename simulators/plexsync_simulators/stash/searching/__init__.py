"""Searches and sorts, and how a search is paged."""

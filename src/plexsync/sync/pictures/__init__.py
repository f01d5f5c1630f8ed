"""Posters and art: what becomes of them, and how they travel."""

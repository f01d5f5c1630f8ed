"""Stages of the benches: libraries of any size, as they are after a first sync, and rigs around them."""

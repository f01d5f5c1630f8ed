"""Paths: one key for comparing them, the map between both servers, and how it is found out."""

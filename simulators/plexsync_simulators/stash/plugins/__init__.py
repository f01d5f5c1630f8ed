"""Plugins: what their files say, and how the server starts them."""

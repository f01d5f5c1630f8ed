"""Files in the data folder beside ``state.db``: settings, and what Stash handed over; nobody else may read them."""

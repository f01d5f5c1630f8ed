"""The set-up on a terminal: a walk through its steps, and how each is shown."""

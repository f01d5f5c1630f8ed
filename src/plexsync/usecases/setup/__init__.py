"""The set-up: its steps, each worked out from both servers, and its start."""

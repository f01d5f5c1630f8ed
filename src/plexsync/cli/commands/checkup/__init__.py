"""Commands that see whether all is well, and what to send where it is not."""

"""The health check: everything that has to be right, looked at one thing after the other."""

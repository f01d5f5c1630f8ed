"""Asking the agent for a sync or a reconcile, following it, and waiting for the queue."""

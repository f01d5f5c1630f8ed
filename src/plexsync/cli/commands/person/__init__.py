"""Commands about scenes that need a person."""

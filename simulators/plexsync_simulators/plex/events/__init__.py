"""What the server tells its listeners."""

"""Messages of the server to its listeners."""

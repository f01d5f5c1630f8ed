"""The server's own pages, one module per kind."""

"""The edit request: decoded, then applied to items."""

"""What a listing or an item looks like: filtered, sorted, paged, trimmed, written as JSON or XML."""

"""Answers about listings and items: filtered, sorted, paged, trimmed, written as JSON or XML."""

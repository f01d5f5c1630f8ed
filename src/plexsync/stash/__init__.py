"""The Stash side: asking it over GraphQL, reading scenes, and seeing what changed."""

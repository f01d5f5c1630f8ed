"""The nouns and the pure rules: from a scene to what Plex ought to show, without any input or output."""

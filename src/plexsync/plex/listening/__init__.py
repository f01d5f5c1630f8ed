"""Events that Plex tells by itself, and the streams that they come by."""

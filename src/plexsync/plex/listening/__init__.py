"""What Plex tells by itself: events, and the streams that they come by."""

"""What Plex tells by itself: gathered until it is silent, and whether it is heard at all."""

"""Commands about what PlexSync wrote: look at it, and take it back."""

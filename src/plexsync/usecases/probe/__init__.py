"""The probe: questions to a real Plex, asked safely, and what it answers."""

"""How things stand, from what is remembered; no server is asked."""

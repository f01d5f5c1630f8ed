"""The bug report: one small zip with what somebody needs who looks for a mistake of PlexSync's."""

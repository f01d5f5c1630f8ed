"""The control API under `/_sim/`: what a test or a demo does to the server."""

"""How things stand, gathered from what is remembered: for the page, the command line, and the file the agent keeps."""

"""The writes of the past, told cause by cause: for the overview, the page and the command line."""

"""`python -m plexsync.cli`, the same as `plexsync`."""

from __future__ import annotations

import sys

from plexsync.cli import main

if __name__ == "__main__":
    sys.exit(main())

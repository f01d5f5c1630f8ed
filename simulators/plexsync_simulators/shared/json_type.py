"""The types of JSON objects."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
"""One that came from elsewhere: its values are read as what they ought to be."""

Row = dict[str, object]
"""One that is made here, for others to read."""

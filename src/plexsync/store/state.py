"""Under which names single values are kept in ``state.db``, where more than one room asks for them."""

from __future__ import annotations

STATUS = "agent"
"""How the agent describes itself."""

REBUILT = "rebuilt"
"""That a damaged database was put aside: when, where to, and what was wrong with it."""

NEXT_RECONCILE = "reconcile_next"
"""When the next reconcile is due."""

"""Settings: what a person can set, how it is read, and which value counts.

A value comes from the environment (``PLEXSYNC_<KEY>``), else ``settings.toml``, else Stash's plugin settings, else the
default. Empty text means "not set". A value that cannot be understood stops nothing else: the next origin is used and a
:class:`BadSetting` is kept beside the values.
"""

from __future__ import annotations

from plexsync.domain.settings.setting import MASK, Form, Setting
from plexsync.domain.settings.table import BY_KEY, SETTINGS
from plexsync.domain.settings.values import Origin, Settings, resolve

__all__ = ["BY_KEY", "MASK", "SETTINGS", "Form", "Origin", "Setting", "Settings", "resolve"]

"""The server's settings, kept in `config.yml` of its folder (as JSON, which is YAML too) across restarts."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

_KEPT = (
    "username",
    "password",
    "api_key",
    "max_session_age",
    "plugin_settings",
    "disabled_plugins",
    "disable_customizations",
    "session_store_key",
    "library_folders",
    "database_shown",
)


@dataclass
class Config:
    """The settings. `folder` is the config folder; `plugin_settings` maps a plugin's id to its whole map.

    `disable_customizations` is troubleshooting mode, which leaves all plugins at work but for their part of the pages.
    `database_shown` is the database's path as config.yml has it, where that is another.
    Without `library_folders` the folders that lie in no other one are the library's.
    """

    folder: Path
    plugins_path: Path
    host: str = "127.0.0.1"
    port: int = 0
    scheme: str = "http"
    username: str = ""
    password: str = ""
    api_key: str = ""
    max_session_age: int = 3600
    python_path: str = ""
    database_shown: str = ""
    library_folders: list[str] = field(default_factory=list)
    plugin_settings: dict[str, dict[str, object]] = field(default_factory=dict)
    disabled_plugins: list[str] = field(default_factory=list)
    disable_customizations: bool = False
    session_store_key: str = field(default_factory=lambda: secrets.token_hex(32))

    @property
    def path(self) -> Path:
        """The file the settings are kept in."""
        return self.folder / "config.yml"

    @property
    def database_path(self) -> Path:
        """The SQLite file."""
        return self.folder / "stash-go.sqlite"

    @property
    def protected(self) -> bool:
        """Whether a login is asked for: only with both a name and a password (docs/engineering/stash.md §2.2)."""
        return bool(self.username and self.password)

    def read(self) -> None:
        """Take over what an earlier run saved here, if any."""
        if self.path.exists():
            for name, value in json.loads(self.path.read_text("utf-8")).items():
                if name in _KEPT:
                    setattr(self, name, value)

    def save(self) -> None:
        """Write the settings down."""
        kept = {name: getattr(self, name) for name in _KEPT}
        self.path.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")

    def make_api_key(self) -> str:
        """Return a new key of the recorded form (three parts, the first one a JWT header); none without a user."""
        if not self.username:
            return ""
        head, body, signature = (secrets.token_urlsafe(64)[:length] for length in (33, 60, 43))
        return f"eyJ{head}.eyJ{body}.{signature}"

"""A person's acts in Stash's pages, as the GraphQL that those pages send."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import urllib3

from plexsync import PLUGIN_ID


class StashPerson:
    """Somebody at Stash's pages."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(retries=False, timeout=60)

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()

    def set_up_plugin(self, settings: Mapping[str, str]) -> None:
        """Fill in the plugin's settings."""
        self._ask(
            "mutation($id: ID!, $input: Map!) { configurePlugin(plugin_id: $id, input: $input) }",
            {"id": PLUGIN_ID, "input": dict(settings)},
        )

    def plugins(self) -> tuple[str, ...]:
        """Return the ids of the plugins Stash has loaded."""
        return tuple(plugin["id"] for plugin in self._ask("{ plugins { id } }", {})["plugins"])

    def start_task(self, name: str) -> str:
        """Start one of the plugin's tasks from the menu; returns the job's id."""
        found = self._ask(
            "mutation($id: ID!, $task: String) { runPluginTask(plugin_id: $id, task_name: $task) }",
            {"id": PLUGIN_ID, "task": name},
        )
        return str(found["runPluginTask"])

    def job_state(self, job: str) -> str:
        """Return a job's status, as in READY, RUNNING, FINISHED."""
        found = self._ask("query($id: ID!) { findJob(input: {id: $id}) { status } }", {"id": job})
        return str(found["findJob"]["status"])

    def retitle(self, scene: str, title: str) -> None:
        """Save a scene under another title."""
        self._ask(
            "mutation($input: SceneUpdateInput!) { sceneUpdate(input: $input) { id } }",
            {"input": {"id": scene, "title": title}},
        )

    def rename_tag(self, tag: str, name: str) -> None:
        """Save a tag under another name."""
        self._ask(
            "mutation($input: TagUpdateInput!) { tagUpdate(input: $input) { id } }",
            {"input": {"id": tag, "name": name}},
        )

    def make_tag(self, name: str) -> str:
        """Make a tag; returns its id."""
        found = self._ask(
            "mutation($input: TagCreateInput!) { tagCreate(input: $input) { id } }", {"input": {"name": name}}
        )
        return str(found["tagCreate"]["id"])

    def edit_many(self, scenes: Sequence[str], rating100: int, tag: str) -> None:
        """Give many scenes a rating, and a tag beside those they have, in one save."""
        tags = {"ids": [tag], "mode": "ADD"}
        self._ask(
            "mutation($input: BulkSceneUpdateInput!) { bulkSceneUpdate(input: $input) { id } }",
            {"input": {"ids": list(scenes), "rating100": rating100, "tag_ids": tags}},
        )

    def cover(self, scene: str) -> bytes:
        """Return a scene's cover."""
        return self._pool.request("GET", f"{self._url}/scene/{scene}/screenshot").data

    def _ask(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        response = self._pool.request("POST", f"{self._url}/graphql", json={"query": query, "variables": variables})
        document = json.loads(response.data) if response.status == HTTPStatus.OK else {}
        if document.get("data") is None or document.get("errors"):
            raise OSError(f"Stash answers {response.status}: {response.data[:300].decode(errors='replace')}")
        found: dict[str, object] = document["data"]
        return found

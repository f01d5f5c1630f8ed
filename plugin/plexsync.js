// Starts PlexSync's background process: Stash itself has no event for its own start.
(() => {
  "use strict";
  const MINUTE = 60000;
  const query =
    "mutation Wake($id: ID!, $args: Map) { runPluginOperation(plugin_id: $id, args: $args) }";
  const variables = { id: "StashPlexSync", args: { mode: "operation", operation: "wake" } };

  // The page's base address knows the path prefix of a reverse proxy; "/graphql" would not.
  const wake = () =>
    fetch(new URL("graphql", document.baseURI), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query, variables }),
    }).catch((problem) => console.debug("PlexSync: Stash did not answer", problem));

  wake();
  setInterval(() => document.visibilityState === "visible" && wake(), MINUTE);
})();

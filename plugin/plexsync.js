// Starts PlexSync's background process: Stash itself has no event for its own start.
(() => {
  "use strict";
  const MINUTE = 60000;
  const QUARTER = 15 * MINUTE;
  const WOKEN_AT = "plexsync-woken-at";
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

  // Each wake is a process on Stash's machine, so all tabs share one turn.
  const wakeUnlessWithin = (span) => {
    if (document.visibilityState !== "visible") return;
    const past = Date.now() - (Number(localStorage.getItem(WOKEN_AT)) || 0);
    if (past >= 0 && past < span) return;
    localStorage.setItem(WOKEN_AT, String(Date.now()));
    wake();
  };

  wakeUnlessWithin(MINUTE);
  document.addEventListener("visibilitychange", () => wakeUnlessWithin(MINUTE));
  setInterval(() => wakeUnlessWithin(QUARTER), MINUTE);
})();

/** What the small script takes from the browser. */
import { PLUGIN, below } from "../stash/place.ts";
import { KeptStanding } from "./kept.ts";
import type { Alarm } from "./wake.ts";

const KEPT = "plexsync-standing";
const WOKEN_AT = "plexsync-woken-at";

export const kept = new KeptStanding({
  read: () => localStorage.getItem(KEPT),
  write: (text) => localStorage.setItem(KEPT, text),
});

/** Ask the plugin to look around. Whatever becomes of it, the next turn comes. */
function wake(): void {
  const query = "mutation Wake($id: ID!, $args: Map) { runPluginOperation(plugin_id: $id, args: $args) }";
  const variables = { id: PLUGIN, args: { mode: "operation", operation: "wake" } };
  const headers = { "Content-Type": "application/json" };
  fetch(below("graphql"), { method: "POST", headers, body: JSON.stringify({ query, variables }) }).catch(() => undefined);
}

export const alarm: Alarm = {
  wake,
  now: Date.now,
  isVisible: () => document.visibilityState === "visible",
  turn: {
    get: () => Number(localStorage.getItem(WOKEN_AT)) || 0,
    set: (at) => localStorage.setItem(WOKEN_AT, String(at)),
  },
  everyMinute: (run) => setInterval(run, 60_000),
  whenSeen: (run) => document.addEventListener("visibilitychange", run),
};

window.addEventListener("storage", (event) => event.key === KEPT && kept.tell());

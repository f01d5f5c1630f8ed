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

/** Ask the plugin how things stand, which starts the agent where none lives. Whatever comes of it, the next turn comes. */
async function wake(): Promise<void> {
  const query = "mutation Wake($id: ID!, $args: Map) { runPluginOperation(plugin_id: $id, args: $args) }";
  const variables = { id: PLUGIN, args: { mode: "operation", operation: "overview" } };
  const headers = { "Content-Type": "application/json" };
  const told = await fetch(below("graphql"), { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  kept.take((await told.json())?.data?.runPluginOperation?.standing);
}

export const alarm: Alarm = {
  wake: () => void wake().catch(() => undefined),
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

/** The one store of this page, between the browser and the plugin. */
import { call } from "../protocol/call.ts";
import type { State } from "../protocol/operations.ts";
import { OverviewStore } from "./store.ts";

const KEPT = "plexsync-state";

/** Return the state that any tab was told last, if it can be read. */
function kept(): State | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    return typeof found === "object" && found && "kind" in found && "sentence" in found ? (found as State) : null;
  } catch {
    return null;
  }
}

export const store = new OverviewStore({
  ask: () => call("overview", {}),
  now: Date.now,
  isVisible: () => document.visibilityState === "visible",
  later: (run, ms) => window.setTimeout(run, ms),
  forget: (timer) => window.clearTimeout(timer),
  keep: (state) => localStorage.setItem(KEPT, JSON.stringify(state)),
  kept,
});

document.addEventListener("visibilitychange", store.notice);
window.addEventListener("storage", (event) => event.key === KEPT && store.notice());

/** The one store of this page, between the browser and the plugin. */
import type { KeptStanding } from "../everywhere/kept.ts";
import { askOverview } from "./overview.ts";
import { OverviewStore } from "./store.ts";

let made: OverviewStore | null = null;

/** Return the store; the first call makes it. */
export const storeOn = (kept: KeptStanding): OverviewStore => (made ??= make(kept));

function make(kept: KeptStanding): OverviewStore {
  const store = new OverviewStore({
    ask: askOverview,
    now: Date.now,
    isVisible: () => document.visibilityState === "visible",
    later: (run, ms) => window.setTimeout(run, ms),
    forget: (timer) => window.clearTimeout(timer),
    kept,
  });
  document.addEventListener("visibilitychange", store.notice);
  return store;
}

/** What the page's frame hands to every view. */
import { React, useContext } from "../stash/index.ts";
import type { Known, OverviewStore } from "../overview/store.ts";

export interface PageContext {
  readonly store: OverviewStore;
  readonly known: Known;
  /** The time (UTC seconds), renewed every few seconds. */
  readonly now: number;
}

export const Context = React.createContext<PageContext | null>(null);

/** Return the page's store and what it knows now; raises an error outside of the page. */
export function usePage(): PageContext {
  const found = useContext(Context);
  if (!found) throw new Error("outside of PlexSync's page");
  return found;
}

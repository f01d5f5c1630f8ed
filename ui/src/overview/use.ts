import { React, useEffect } from "../stash/index.ts";
import type { Known, OverviewStore } from "./store.ts";

/** Return what is known, drawn anew when it changes; asks for nothing. */
export function useKnown(store: OverviewStore): Known {
  const [known, take] = React.useState(store.read);
  useEffect(() => {
    take(store.read());
    return store.subscribe(() => take(store.read()));
  }, [store]);
  return known;
}

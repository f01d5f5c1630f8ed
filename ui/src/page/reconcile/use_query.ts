import { useHistory, useLocation, useMemo } from "../../stash/index.ts";
import { read, written } from "./query.ts";
import type { Query } from "./query.ts";

/** Return the view's state from its address, and what changes it there; typing a text makes no steps for Back. */
export function useQuery(): readonly [Query, (change: Partial<Query>) => void] {
  const { search, pathname } = useLocation();
  const history = useHistory();
  const query = useMemo(() => read(search), [search]);
  const go = (change: Partial<Query>): void => {
    const address = pathname + written({ ...query, ...change });
    if ("text" in change) history.replace(address);
    else history.push(address);
  };
  return [query, go];
}

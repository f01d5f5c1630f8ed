import { useHistory, useLocation, useMemo } from "../../stash/index.ts";

/** What is seen of the queue: a part of it ("" is all), and words to look for. */
export interface ChosenLanes<Lane extends string> {
  readonly lane: Lane | "";
  readonly text: string;
}

/** Return what the address says, and what changes it there, so that Back and a shared link work. */
export function useChosen<Lane extends string>(
  lanes: readonly Lane[],
): readonly [ChosenLanes<Lane>, (change: Partial<ChosenLanes<Lane>>) => void] {
  const { search, pathname } = useLocation();
  const history = useHistory();
  const chosen = useMemo(() => {
    const found = new URLSearchParams(search);
    return { lane: lanes.find((lane) => lane === found.get("show")) ?? "", text: found.get("q") ?? "" } as const;
  }, [search, lanes]);
  const choose = (change: Partial<ChosenLanes<Lane>>): void => {
    const next = { ...chosen, ...change };
    const made = new URLSearchParams();
    if (next.lane) made.set("show", next.lane);
    if (next.text) made.set("q", next.text);
    const address = { pathname, search: made.toString() };
    if ("text" in change) history.replace(address);
    else history.push(address);
  };
  return [chosen, choose];
}

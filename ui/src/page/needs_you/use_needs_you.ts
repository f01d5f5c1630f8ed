import { useRef } from "../../stash/index.ts";
import { useKept } from "../../parts/use_kept.ts";
import type { Renewed } from "../../parts/use_kept.ts";
import { call } from "../../protocol/call.ts";
import type { CauseGroup, NeedsYou } from "../../protocol/operations.ts";
import { goOn, seenIn, withLeaving } from "./leaving.ts";
import type { Leaving, ShownGroup } from "./leaving.ts";

const RENEWED_MS = 3_000;
const WHILE_ROWS_GO_MS = 1_000;

/** All that needs a person, with the rows that are about to go. */
export type Shown = NeedsYou & { readonly shown: readonly ShownGroup[] };

interface Before {
  readonly groups: readonly CauseGroup[];
  readonly leaving: readonly Leaving[];
}

/** Ask again and again what needs a person; while a row goes, more often. */
export function useNeedsYou(): Renewed<Shown> {
  const before = useRef<Before>({ groups: [], leaving: [] });
  const ask = async (): Promise<Shown> => {
    const { groups, leaving } = before.current;
    const found = await call("needs_you", { seen: seenIn(groups, leaving) });
    const going = goOn(before.current.groups, before.current.leaving, found, Date.now());
    before.current = { groups: found.groups, leaving: going };
    return { ...found, shown: withLeaving(found.groups, going) };
  };
  return useKept(ask, 0, before.current.leaving.length > 0 ? WHILE_ROWS_GO_MS : RENEWED_MS);
}

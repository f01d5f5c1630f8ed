import { useCallback, useEffect, useRef, useState } from "../../stash/index.ts";
import { call } from "../../protocol/call.ts";
import type { HistoryRow } from "../../protocol/operations.ts";
import type { HistoryKind } from "./words.ts";

export interface AskedRows {
  readonly kinds: readonly HistoryKind[];
  readonly scene: number;
  readonly text: string;
}

export interface Rows {
  /** Null until the first page has come. */
  readonly rows: readonly HistoryRow[] | null;
  /** For how many days history is kept; null until that is known. */
  readonly days: number | null;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly busy: boolean;
  readonly more: () => void;
  readonly refresh: () => void;
}

/** Fetch the history a page at a time; another question begins anew, and the rows before stay until it is answered. */
export function useHistoryRows(asked: AskedRows): Rows {
  const [rows, take] = useState<readonly HistoryRow[] | null>(null);
  const [cursor, go] = useState("");
  const [days, keep] = useState<number | null>(null);
  const [error, fail] = useState<Error | null>(null);
  const [busy, setBusy] = useState(true);
  const asking = useRef(new AbortController());
  const fetch = async (from: string, before: readonly HistoryRow[]): Promise<void> => {
    asking.current.abort();
    const mine = (asking.current = new AbortController());
    setBusy(true);
    fail(null);
    let [next, found]: [string, readonly HistoryRow[]] = [from, before];
    try {
      do {
        // A part of a search may hold no row though a later one does.
        const page = await call("history", { ...asked, cursor: next }, mine.signal);
        [next, found] = [page.cursor, [...found, ...page.rows]];
        keep(page.days);
      } while (next && found.length === before.length);
      take(found);
      go(next);
    } catch (problem) {
      if (!mine.signal.aborted) fail(problem as Error);
    } finally {
      if (!mine.signal.aborted) setBusy(false);
    }
  };
  const key = JSON.stringify(asked);
  useEffect(() => {
    void fetch("", []);
    return () => asking.current.abort();
  }, [key]);
  const more = (): void => void fetch(cursor, rows ?? []);
  const refresh = useCallback((): void => void fetch("", []), [key]);
  return { rows, days, error, hasMore: cursor !== "", busy, more, refresh };
}

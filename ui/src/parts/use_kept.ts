import { useCallback, useEffect, useRef, useState } from "../stash/index.ts";
import { errorOf } from "../words/errors.ts";

const RENEWED_MS = 3_000;

/** What a question gave last, why it gave nothing, and how to ask it now. */
export interface Renewed<T> {
  readonly value: T | null;
  readonly error: Error | null;
  readonly refresh: () => void;
}

/**
 * Ask, and again after a while as long as the page is seen; another `key` asks at once. A slow answer is waited for before
 * the next question, unless a person asks anew.
 */
export function useKept<T>(ask: () => Promise<T>, key: string | number = 0, everyMs = RENEWED_MS): Renewed<T> {
  const [value, take] = useState<T | null>(null);
  const [error, fail] = useState<Error | null>(null);
  const asking = useRef(ask);
  const turn = useRef(0);
  const open = useRef(0);
  asking.current = ask;
  const refresh = useCallback(() => {
    turn.current += 1;
    const mine = turn.current;
    open.current += 1;
    asking
      .current()
      .then((found) => mine === turn.current && (take(found), fail(null)))
      .catch((problem: unknown) => mine === turn.current && fail(errorOf(problem)))
      .finally(() => (open.current -= 1));
  }, []);
  useEffect(() => {
    refresh();
    const timer = setInterval(() => document.visibilityState === "visible" && open.current === 0 && refresh(), everyMs);
    return () => {
      turn.current += 1;
      clearInterval(timer);
    };
  }, [key, everyMs, refresh]);
  return { value, error, refresh };
}

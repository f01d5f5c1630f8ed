import { useCallback, useEffect, useRef, useState } from "../stash/index.ts";
import { errorOf } from "../words/errors.ts";

const SOON_MS = 700;

/** What a question gave last, why it gave nothing, and how to ask it now. */
export interface Polled<T> {
  readonly value: T | null;
  readonly error: Error | null;
  /** Take an answer that came by another way, such as a button's. */
  readonly take: (value: T) => void;
  readonly refresh: () => void;
}

/**
 * Ask once, and again and again while something moves and the page is seen; never before the last answer has come. The
 * signal ends with the view.
 */
export function usePolled<T>(ask: (signal: AbortSignal) => Promise<T>, moves: (value: T) => boolean = () => false): Polled<T> {
  const [value, take] = useState<T | null>(null);
  const [error, fail] = useState<Error | null>(null);
  const [turn, next] = useState(0);
  const asking = useRef(ask);
  const busy = useRef(false);
  asking.current = ask;
  const refresh = useCallback(() => next((one) => one + 1), []);
  useEffect(() => {
    const open = new AbortController();
    const { signal } = open;
    busy.current = true;
    asking
      .current(signal)
      .then((found) => signal.aborted || (take(found), fail(null)))
      .catch((problem: unknown) => signal.aborted || fail(errorOf(problem)))
      .finally(() => (busy.current = false));
    return () => open.abort();
  }, [turn]);
  const moving = value !== null && moves(value);
  useEffect(() => {
    if (!moving) return undefined;
    const timer = setInterval(() => !busy.current && document.visibilityState === "visible" && refresh(), SOON_MS);
    return () => clearInterval(timer);
  }, [moving, refresh]);
  return { value, error, take, refresh };
}

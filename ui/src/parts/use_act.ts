import { useState } from "../stash/index.ts";
import { errorOf } from "../words/errors.ts";

/** Something that a button does: whether it is under way, and what went wrong with it last. */
export interface Act {
  readonly busy: boolean;
  readonly error: Error | null;
  /** Do it; `then` gets its answer. */
  readonly run: <T>(ask: () => Promise<T>, then?: (answer: T) => void) => void;
}

/** Return what runs one question at a time. */
export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const run = <T>(ask: () => Promise<T>, then?: (answer: T) => void): void => {
    setBusy(true);
    setError(null);
    ask()
      .then(then)
      .catch((problem: unknown) => setError(errorOf(problem)))
      .finally(() => setBusy(false));
  };
  return { busy, error, run };
}

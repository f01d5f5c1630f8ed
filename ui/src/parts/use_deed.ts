import { useState, useToast } from "../stash/index.ts";
import { sayDone } from "./act_toast.tsx";

/** Do something, say what was done, and offer the way back. */
export type Act = <T>(deed: Promise<T>, words: string | ((answer: T) => string), undo?: (answer: T) => Promise<unknown>) => void;

/** Return what does something, and what went wrong with it last; `renew` asks anew how things stand then. */
export function useDeed(renew: () => void): readonly [Act, Error | null] {
  const toast = useToast();
  const [error, fail] = useState<Error | null>(null);
  const act: Act = (deed, words, undo) => {
    fail(null);
    deed
      .then((answer) => sayDone(toast, typeof words === "string" ? words : words(answer), undo && (() => undo(answer).then(renew))))
      .catch(fail)
      .finally(renew);
  };
  return [act, error];
}

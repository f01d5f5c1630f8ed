/** A call of any operation, checked by the shape of its answer. The small script uses `ask`, to hold no other shapes. */
import { ask } from "./ask.ts";
import type { Answer, Arguments } from "./ask.ts";
import { ANSWERS } from "./operations.ts";
import type { OperationName } from "./operations.ts";

export { CallError } from "./ask.ts";

/** Ask for an operation; throws {@link CallError}. `signal` takes the question back: Stash then ends our process. */
export const call = <N extends OperationName>(name: N, args: Arguments<N>, signal?: AbortSignal): Promise<Answer<N>> =>
  ask(name, args, ANSWERS[name], signal);

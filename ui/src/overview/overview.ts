/** The overview, until the operation of this name is there: made from the whole status. */
import { ask } from "../protocol/ask.ts";
import { statusShape } from "../protocol/operations.ts";
import type { Standing as ToldStanding } from "../protocol/operations.ts";

export type { Action, Phrase } from "../protocol/operations.ts";

/** How things stand, as the plugin tells it or as the page itself has to say (trouble.ts). */
export type Standing = Omit<ToldStanding, "kind"> & { readonly kind: string };

export interface Overview {
  readonly at: number;
  readonly moving: boolean;
  readonly standing: Standing;
}

/** Ask for the overview. */
export async function askOverview(): Promise<Overview> {
  const { at, queued, standing } = await ask("status", {}, statusShape);
  return { at, moving: queued > 0, standing };
}

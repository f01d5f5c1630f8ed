/** The overview, until the operation of this name is there: made from the whole status. */
import { ask } from "../protocol/ask.ts";
import { statusShape } from "../protocol/operations.ts";

/** A part of a sentence; a number or a moment is written as the reader does. `link` names a view of the page. */
export interface Phrase {
  readonly text: string;
  readonly number: number | null;
  readonly at: number | null;
  readonly link: string;
}

export interface Action {
  readonly name: string;
  readonly label: string;
  readonly is_main: boolean;
}

/** How things stand: one sentence, a second line, and a line about a second trouble; both may be empty. */
export interface Standing {
  readonly kind: string;
  readonly sentence: readonly Phrase[];
  readonly detail: readonly Phrase[];
  readonly also: readonly Phrase[];
  readonly actions: readonly Action[];
  readonly icon: string;
  readonly colour: string;
  readonly badge: string;
}

export interface Overview {
  readonly at: number;
  readonly moving: boolean;
  readonly standing: Standing;
}

/** Ask for the overview. */
export async function askOverview(): Promise<Overview> {
  const { at, queued, links } = await ask("status", {}, statusShape);
  const text = `${links} scenes are linked, ${queued} are queued.`;
  const sentence = [{ text, number: null, at: null, link: "" }];
  const appearance = { kind: "in_sync", icon: "circle-check", colour: "green", badge: "" };
  return { at, moving: queued > 0, standing: { ...appearance, sentence, detail: [], also: [], actions: [] } };
}

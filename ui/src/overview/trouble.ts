/** How things stand when the page itself cannot ask: Stash is away, the session is over, or the plugin refuses. */
import type { CallError, Why } from "../protocol/call.ts";
import type { Action, Overview, Phrase, KnownStanding } from "./overview.ts";

/** A failed call, and when the first of its kind failed (browser's clock, ms). */
export interface Trouble {
  readonly error: CallError;
  readonly since: number;
}

const LASTING_MS = 5_000;

const TABLE: Readonly<Record<Why, readonly [kind: string, icon: string, colour: string, action: Action | null]>> = {
  stash_away: ["stash_away", "plug-circle-xmark", "red", { name: "try_again", label: "Try again", is_main: true }],
  signed_out: ["signed_out", "key", "orange", { name: "sign_in_here", label: "Sign in", is_main: true }],
  refused: ["refused", "circle-xmark", "red", { name: "try_again", label: "Try again", is_main: true }],
  malformed: ["malformed", "circle-exclamation", "orange", { name: "reload", label: "Reload the page", is_main: true }],
};

const SENTENCES: Readonly<Partial<Record<Why, string>>> = {
  stash_away: "Stash does not answer.",
  signed_out: "You are signed out of Stash.",
};

const plain = (text: string): Phrase => ({ text, number: null, at: null, link: "" });

/** Tell whether a trouble is to be shown: one that may pass by itself only once it has lasted. */
export const isShown = ({ error, since }: Trouble, last: Overview | null, now: number): boolean =>
  error.why !== "stash_away" || last === null || now - since >= LASTING_MS;

/** Return how things stand in a trouble; `last` is what was known before it. */
export function standingIn({ error }: Trouble, last: Overview | null): KnownStanding {
  const [kind, icon, colour, action] = TABLE[error.why];
  const said = SENTENCES[error.why];
  const then = [plain("This page shows how things stood "), { ...plain("before"), at: last?.at ?? null }, plain(".")];
  return {
    kind,
    icon,
    colour,
    sentence: [plain(said ?? error.message)],
    detail: last ? then : [],
    also: [],
    apart: [],
    actions: action ? [action] : [],
    badge: "!",
  };
}

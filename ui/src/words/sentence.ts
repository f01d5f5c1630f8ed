/** Sentences of the server in phrases, as one text. */
import type { Phrase } from "../overview/overview.ts";

/** Return a sentence as plain text, for a `title` or a badge. */
export const spoken = (said: readonly Phrase[]): string => said.map((phrase) => phrase.text).join("");

/** Sentences of the server in pieces, as one text. */
import type { Piece } from "../overview/overview.ts";

/** Return a sentence as plain text, for a `title` or a badge. */
export const spoken = (said: readonly Piece[]): string => said.map((piece) => piece.text).join("");

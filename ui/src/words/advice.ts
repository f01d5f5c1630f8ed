/** What the plugin advises, as one text. */
import type { Advice } from "../protocol/operations.ts";

/** What is so, and what to do about it. */
export const told = ({ text, next_step }: Advice): string => `${text} ${next_step}`.trim();

/** The same as an error, for an ErrorBox; null where there is none. */
export const troubleOf = (advice: Advice | null | undefined): Error | null => (advice ? new Error(told(advice)) : null);

/** The view's words. */
import type { HistoryRow, UndoResult } from "../../protocol/operations.ts";
import { fieldName } from "../../words/fields.ts";
import { counted, written } from "../../words/numbers.ts";
import { daysAfter } from "../../words/time.ts";

export const CHIPS = [
  ["", "All"],
  ["edits", "Edits"],
  ["runs", "Reconcile and sync"],
  ["undo", "Undo"],
] as const;

export type Chip = (typeof CHIPS)[number][0];
export type HistoryKind = "edit" | "sync" | "reconcile" | "undo";

/** The kinds of rows that a chip stands for; none means all. */
export const KINDS_OF: Readonly<Record<Chip, readonly HistoryKind[]>> = {
  "": [],
  edits: ["edit"],
  runs: ["sync", "reconcile"],
  undo: ["undo"],
};

const MOST_NAMED = 4;

/** "title, actors", or "title, actors, genres, 9 more". */
export function named(fields: readonly string[]): string {
  const names = fields.map((field) => (fieldName(field)).toLowerCase());
  if (names.length <= MOST_NAMED) return names.join(", ");
  return `${names.slice(0, MOST_NAMED - 1).join(", ")}, ${names.length - MOST_NAMED + 1} more`;
}

/** The day a moment (UTC seconds) is on, as the head of a card. */
export function day(at: number, now: number, locale: string): string {
  const days = daysAfter(at, now);
  if (days === 0) return "Today";
  if (days === -1) return "Yesterday";
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" }).format(at * 1000);
}

export const clock = (at: number, locale: string): string => new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(at * 1000);

/** Rows in the days they are of, in their order. */
export function byDay(rows: readonly HistoryRow[], now: number, locale: string): readonly (readonly [string, HistoryRow[]])[] {
  const days: [string, HistoryRow[]][] = [];
  for (const row of rows) {
    const name = day(row.at, now, locale);
    const last = days.at(-1);
    if (last?.[0] === name) last[1].push(row);
    else days.push([name, [row]]);
  }
  return days;
}

/** "311 of 318 scenes go back to what Plex had before." */
export function headline(going: number, scenes: number, locale: string): string {
  if (scenes === 0) return "Nothing to undo: nothing was written.";
  if (going === 0) return `Nothing to undo: ${scenes === 1 ? "it was" : `all ${written(scenes, locale)} were`} changed since.`;
  const all = going === scenes ? counted(scenes, "scene", locale) : `${written(going, locale)} of ${counted(scenes, "scene", locale)}`;
  return `${all} ${going === 1 ? "goes" : "go"} back to what Plex had before.`;
}

/** "311 scenes went back, 7 stayed as they are." */
export function ended({ state, counts }: UndoResult, locale: string): string {
  const parts = [
    [counts["back"] ?? 0, "went back"],
    [counts["stays"] ?? 0, (counts["stays"] ?? 0) === 1 ? "has something that stayed" : "have something that stayed"],
    [counts["failed"] ?? 0, "failed"],
    [counts["stopped"] ?? 0, "not reached"],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, words]) => `${counted(number, "scene", locale)} ${words}`);
  return `${state === "stopped" ? "Stopped: " : ""}${told.join(", ") || "nothing to do"}.`;
}

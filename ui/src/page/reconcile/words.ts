/** The view's words. */
import type { Arguments } from "../../protocol/call.ts";
import type { Loss, RunState } from "../../protocol/operations.ts";
import { FIELD_NAMES, LISTS } from "../../words/fields.ts";
import { counted, written } from "../../words/numbers.ts";
import { lasting } from "../../words/time.ts";

export const SCOPE_NAMES: Readonly<Record<string, string>> = {
  all: "All scenes",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  custom: "Dates…",
};

type KindName = Exclude<NonNullable<Arguments<"preview_rows">["kind"]>, "">;

const NAMES: Readonly<Record<KindName, string>> = {
  empty: "Empty in Plex",
  stale: "Stale",
  drift: "Drift",
  missing: "Missing",
  orphan: "Orphans",
  ambiguous: "Ambiguous",
  unmapped: "In no folder",
  duplicate: "Twice in Plex",
  tag_case: "Other capitals",
  unreadable: "Unreadable",
};

export const KIND_NAMES: Readonly<Record<string, string>> = NAMES;

/** What a kind means, for its tooltip. */
export const KIND_HELP: Readonly<Record<string, string>> = {
  empty: "Plex has nothing where Stash has something",
  stale: "newer in Stash",
  drift: "changed in Plex",
  missing: "Plex has no such file",
  orphan: "the scene is no longer in Stash",
  ambiguous: "scenes share one Plex item",
};


/** " 14 scenes were written since this preview.", as a further sentence. */
export const aged = (scenes: number, locale: string): string =>
  scenes > 0 ? ` ${counted(scenes, "scene", locale)} ${scenes === 1 ? "was" : "were"} written since this preview.` : "";

/** "4,210 of 12,440 compared", or what comes before that. */
export function comparing(done: number, total: number, locale: string): string {
  return done > 0 ? `${written(done, locale)} of ${written(total, locale)} compared` : "Listing both sides";
}

/** "Writing: 410 of 1,364 scenes, about 1 minute left". */
export function writing(run: RunState, locale: string): string {
  const all = `Writing: ${written(run.written, locale)} of ${counted(run.scenes, "scene", locale)}`;
  return run.seconds_left === null ? all : `${all}, ${lasting(run.seconds_left)} left`;
}

/** "Most of it: 5,098 items lose all their genres." */
export function mostly([loss]: readonly Loss[], locale: string): string {
  return loss ? `Most of it: ${lost(loss, locale)}.` : "";
}

/** "5,098 items lose all their genres, 22 lose a title." */
export function losing(losses: readonly Loss[], locale: string): string {
  const [first, ...rest] = losses.slice(0, 3);
  if (!first) return "";
  const others = rest.map((loss) => `${written(loss.items, locale)} ${verb(loss)}`);
  return `${[lost(first, locale), ...others].join(", ")}.`;
}

const lost = (loss: Loss, locale: string): string => `${counted(loss.items, "item", locale)} ${verb(loss)}`;

function verb({ field, all, items }: Loss): string {
  const name = (FIELD_NAMES[field] ?? "value").toLowerCase();
  const does = items === 1 ? "loses" : "lose";
  if (!LISTS.has(field)) return all ? `${does} the ${name}` : `${items === 1 ? "gets" : "get"} another ${name}`;
  return all ? `${does} all ${items === 1 ? "its" : "their"} ${name}` : `${does} some ${name}`;
}

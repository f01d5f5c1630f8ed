/** The view's words. */
import type { CauseGroup, NeedyScene } from "../../protocol/operations.ts";
import { counted } from "../../words/numbers.ts";
import { ago } from "../../words/time.ts";

/** FontAwesome's names of the causes' icons; any other cause has a sign that a person should look. */
const ICONS: Readonly<Record<string, string>> = {
  ambiguous: "clone",
  unmapped: "folder-tree",
  missing: "clock",
  item_rejected: "ban",
  not_applied: "not-equal",
  image_rejected: "image",
  bug: "bug",
};

export const iconOf = (cause: string): string => ICONS[cause] ?? "circle-exclamation";

/** The button for all of a cause; "" where there is none. */
export function forAll({ for_all, number }: CauseGroup): string {
  const words: Readonly<Record<string, string>> = {
    retry: number === 1 ? "Retry" : `Retry all ${number}`,
    scan: "Ask Plex to scan",
    path_map: "Add to path map",
    bug_report: "Download bug report",
  };
  return words[for_all] ?? "";
}

/** "tried 8 times, last today 13:20" */
export function tried({ attempts, tried_at }: NeedyScene, now: number, locale: string): string {
  return attempts > 0 ? `tried ${counted(attempts, "time", locale)}, last ${ago(tried_at, now, locale)}` : "";
}

/** What a person may want to send to somebody else. */
export const details = ({ title }: CauseGroup, rows: readonly NeedyScene[]): string =>
  [title, ...rows.map((row) => `scene ${row.scene_id} ${row.title}: ${row.fact}`)].join("\n");

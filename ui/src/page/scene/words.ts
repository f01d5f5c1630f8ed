/** The tab's words. */
import type { FieldRow, LinkedItem, SceneTab, SceneWrite } from "../../protocol/operations.ts";
import { fieldName, inOrder } from "../../words/fields.ts";

interface Said {
  readonly icon: string;
  readonly colour: string;
  readonly sentence: string;
  readonly second: string;
}

const SORRY: Readonly<Record<string, readonly [string, string]>> = {
  missing: ["clock", "grey"],
  ignored: ["eye-slash", "grey"],
  declined: ["link-slash", "grey"],
  no_file: ["circle-info", "grey"],
};

export const rowsOf = (item: LinkedItem): readonly FieldRow[] =>
  [...item.fields, ...item.pictures].filter(({ outcome, field }) => outcome !== "off" && field !== "sort_title");

/** The time, but no earlier than the newest write: the clock is renewed every few seconds, and a write is no coming event. */
export const notBefore = (clock: number, { items, writes }: Pick<SceneTab, "items" | "writes">): number =>
  Math.max(clock, ...writes.map(({ at }) => at), ...items.map(({ written_at }) => written_at));

export const isEqual = ({ outcome }: FieldRow): boolean => outcome === "in sync";

/** How many fields of how many differ: what goes to Plex, and what stays; null where there is no item. */
export function differing(shown: SceneTab): { readonly all: number; readonly goes: number; readonly stays: number } | null {
  const rows = shown.items.flatMap(rowsOf);
  if (rows.length === 0) return null;
  const goes = rows.filter(({ outcome }) => outcome === "changes" || outcome === "may change").length;
  return { all: rows.length, goes, stays: rows.filter((row) => !isEqual(row)).length - goes };
}

/** The state of a scene in one sentence, and what it means in a second one. */
export function headline(shown: SceneTab): Said {
  if (!shown.verdict) return { icon: "plug-circle-xmark", colour: "red", sentence: "PlexSync cannot tell whether the scene is in sync.", second: "" };
  const found = differing(shown);
  if (!found) {
    const [icon, colour] = SORRY[shown.verdict] ?? ["circle-exclamation", "orange"];
    return { icon, colour, sentence: shown.summary, second: "" };
  }
  const { all, goes, stays } = found;
  if (goes + stays === 0) return { icon: "circle-check", colour: "green", sentence: "In sync.", second: "" };
  const sentence = `${goes + stays} of ${all} fields ${goes + stays === 1 ? "differs" : "differ"} in Plex.`;
  const second = [
    goes > 0 ? `${number(goes)} ${goes === 1 ? "goes" : "go"} to Plex with the next sync.` : "",
    stays > 0 ? `${number(stays)} ${stays === 1 ? "stays" : "stay"} as Plex has ${stays === 1 ? "it" : "them"}.` : "",
  ];
  const colour = goes > 0 ? "orange" : "grey";
  return { icon: goes > 0 ? "circle-exclamation" : "lock", colour, sentence, second: second.filter(Boolean).join(" ") };
}

const NUMBERS = ["None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];
const number = (of: number): string => NUMBERS[of] ?? String(of);

const MARKS: Readonly<Record<string, string>> = {
  kept_person: "set by hand, stays",
  kept_filled: "Plex has one, stays",
  lock: "only gets locked",
};

/** What becomes of a field, in a few words. */
export function mark({ outcome, code }: FieldRow): string {
  if (MARKS[code]) return MARKS[code];
  if (outcome === "changes") return "goes to Plex";
  if (outcome === "may change") return "may go to Plex";
  return outcome === "kept" ? "stays" : outcome;
}

/** So many of the last writes are shown, and so many fields of each are named. */
export const SHOWN = 3;

/** Fields that were written within a second, the newest write first: "title, studio, 6 more". */
export function together(writes: readonly SceneWrite[]): readonly (readonly [number, string])[] {
  const groups = new Map<number, string[]>();
  for (const { at, field } of writes) {
    const known = [...groups.keys()].find((other) => Math.abs(other - at) < 1);
    const fields = groups.get(known ?? at) ?? [];
    if (!fields.includes(field)) fields.push(field);
    groups.set(known ?? at, fields);
  }
  return [...groups].map(([at, fields]) => [at, short(fields)] as const);
}

function short(fields: readonly string[]): string {
  const told = fields.filter((field) => field !== "sort_title" || !fields.includes("title"));
  const names = inOrder(told).map((field) => (fieldName(field)).toLowerCase());
  return names.length <= SHOWN ? names.join(", ") : `${names.slice(0, 2).join(", ")}, ${names.length - 2} more`;
}

/** The view's words. */
import type { PathExample, SettingView } from "../../protocol/operations.ts";

/** What a choice is called, by the setting's kind of words. */
const POLICIES: Readonly<Record<string, string>> = {
  merge: "Stash, keep edits by hand",
  stash: "Stash always",
  mirror: "Exactly as Stash",
  fill: "Only where Plex is empty",
  off: "Leave alone",
};

const POLICY_HELP: Readonly<Record<string, string>> = {
  merge: "Stash fills and updates. What was typed in Plex stays.",
  stash: "Stash wins, also over what was typed in Plex.",
  mirror: "Plex shows Stash’s names and no others.",
  fill: "Only where Plex has none.",
  off: "Not looked at.",
};

const COMMON: Readonly<Record<string, string>> = {
  "24h": "Last 24 hours",
  "7days": "Last 7 days",
  custom: "Dates below",
  all: "All scenes",
  auto: "Where the library has no agent",
  on: "On, a person’s picture stays",
  report: "Only report them",
  clear: "Take away what PlexSync wrote",
};

/** Names that say more than the setting's own, which stand in a long list in other places. */
const LABELS: Readonly<Record<string, string>> = {
  paused: "Pause",
  image_poster: "Poster",
  image_art: "Background",
  reconcile_interval: "How often",
  reconcile_scope: "Which scenes",
  reconcile_from: "From",
  reconcile_to: "To",
  brake_percent: "Ask before taking away from more than",
  brake_items: "Never ask up to",
};

const HELPS: Readonly<Record<string, string>> = {
  image_poster: "A scene’s cover as poster.",
  image_art: "A scene’s cover as background. TV apps show it in libraries without an agent.",
  reconcile_interval: "How often PlexSync compares both sides by itself.",
  reconcile_scope: "For “Reconcile Library” and for runs that start by themselves.",
  reconcile_from: "A date, a date and time, or a span back like 30d.",
  reconcile_to: "In the same form. A date counts in full.",
  brake_percent: "A run that would take something away from more items stops and asks.",
  brake_items: "A smaller run takes something away without asking.",
  orphan_policy: "Items whose scene is gone from Stash.",
  shared_items: "Whose values an item gets that has files of several scenes.",
};

export const UNITS: Readonly<Record<string, string>> = { brake_percent: "% of all items" };

/** Return what a setting is called here. */
export const labelOf = ({ key, name }: SettingView): string => LABELS[key] ?? name;

/** Return a setting's help; what it is when it is not set, stands in its box. */
export const helpOf = ({ key, help }: SettingView): string => HELPS[key] ?? help.replace(/ ?Not set: [^.]*\.$/, "").replaceAll("`", "");

/** Return the name of a choice. */
export const choiceName = ({ key }: SettingView, word: string): string =>
  (isPolicy(key) ? POLICIES[word] : COMMON[word]) ?? (word ? word[0]!.toUpperCase() + word.slice(1) : word);

/** Tell whether a setting is the rule of a field. */
export const isPolicy = (key: string): boolean => key.startsWith("policy_");

/** Say what a field's rule does, and what it did last in the person's own library. */
export function policyHelp({ value, default: usual, example }: SettingView): string {
  const rule = POLICY_HELP[value || usual] ?? "";
  if (!example) return rule;
  const where = example.title ? ` in “${example.title}”` : "";
  return `${rule} Last written${where}: ${example.before || "nothing"} → ${example.after || "nothing"}.`;
}

/** Return the name of a field from its setting's name: "Policy: sort title" is "Sort title". */
export function fieldName({ name }: SettingView): string {
  const field = name.replace(/^Policy: /, "");
  return field[0]!.toUpperCase() + field.slice(1);
}

/** Say what is wrong with a file that was not found. */
export function missing({ other, instead, rule }: PathExample, side: "stash" | "plex"): string {
  const there = side === "stash" ? "Plex" : "Stash";
  if (instead && rule[1]) return `${there} has it in ${rule[1]}, with this name and size.`;
  if (instead) return `${there} has it as ${instead}.`;
  return other ? `${there} has no such file.` : `${there} has no file of this name and size.`;
}

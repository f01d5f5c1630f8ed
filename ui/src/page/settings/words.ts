/** The view's words; names and helps of settings come from the plugin. */
import type { PathExample, SettingView } from "../../protocol/operations.ts";

/** Tell whether a setting is the rule of a field. */
export const isPolicy = (key: string): boolean => key.startsWith("policy_");

/** Say what a field's rule does, and what it did last in the person's own library. */
export function policyHelp({ help, example }: SettingView): string {
  if (!example) return help;
  const where = example.title ? ` in “${example.title}”` : "";
  return `${help} Last written${where}: ${example.before || "nothing"} → ${example.after || "nothing"}.`;
}

/** Say what is wrong with a file that was not found. */
export function missing({ other, instead, rule }: PathExample, side: "stash" | "plex"): string {
  const there = side === "stash" ? "Plex" : "Stash";
  if (instead && rule[1]) return `${there} has it in ${rule[1]}, with this name and size.`;
  if (instead) return `${there} has it as ${instead}.`;
  return other ? `${there} has no such file.` : `${there} has no file of this name and size.`;
}

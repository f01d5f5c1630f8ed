/** Values of fields in one line. */
type Value = string | readonly string[];

const LONGEST = 90;

/** Write a value, cut where it is long; nothing is "nothing". */
export function shown(value: Value): string {
  const text = typeof value === "string" ? value : value.join(", ");
  if (!text) return "nothing";
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** What a list loses and gains. */
export function moved(before: Value, after: Value): { readonly added: readonly string[]; readonly removed: readonly string[]; readonly stay: number } {
  const was = typeof before === "string" ? [] : before;
  const now = typeof after === "string" ? [] : after;
  const removed = was.filter((name) => !now.includes(name));
  return { added: now.filter((name) => !was.includes(name)), removed, stay: was.length - removed.length };
}

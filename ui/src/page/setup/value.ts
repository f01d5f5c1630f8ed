/** Values of fields in one line. */
type Value = string | readonly string[];

const LONGEST = 90;

/** Write a value, cut where it is long; nothing is "nothing". */
export function shown(value: Value): string {
  const text = typeof value === "string" ? value : value.join(", ");
  if (!text) return "nothing";
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

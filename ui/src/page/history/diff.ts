/** What changes of a list of names; names are one whatever their capitals. */

export type Value = string | readonly string[];

export interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly stay: number;
}

export const isList = (value: Value): value is readonly string[] => typeof value !== "string";

/** Compare two lists of names. */
export function difference(before: readonly string[], after: readonly string[]): Difference {
  const key = (name: string): string => name.normalize("NFC").trim().toLowerCase();
  const [had, has] = [new Set(before.map(key)), new Set(after.map(key))];
  return {
    added: after.filter((name) => !had.has(key(name))),
    removed: before.filter((name) => !has.has(key(name))),
    stay: [...has].filter((name) => had.has(name)).length,
  };
}

/** A picture's name as far as a person can tell one from another. */
export function picture(name: string): string {
  if (name.startsWith("media://")) return "a frame of the video";
  const tail = name.slice(name.lastIndexOf("/") + 1);
  return /^[0-9a-f]{40}$/.test(tail) ? `uploaded picture ${tail.slice(0, 8)}` : name ? "another picture" : "";
}

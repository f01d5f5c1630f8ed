/** An answer against its shape: a person gets a sentence, not a page that breaks somewhere. */

/**
 * A shape begins with its kind: "s" text, "n" number, "b" yes or no, "?" anything; "+X" a list of X, "*X" an object of
 * any names with X, "~X" X or nothing, "#X,Y" a list of just these, "|X,Y" one of these; a number is an object's place in the
 * table. An object is written as "s title name;+3 rows": names after their kind.
 */
export type Table = readonly string[];

const PLAIN: Readonly<Record<string, string>> = { s: "string", n: "number", b: "boolean" };

/** Return the path of the first part of a value that does not have its shape, "" if all have. */
export function misfit(value: unknown, shape: string, table: Table, path = "answer"): string {
  const inner = shape.slice(1);
  const parts = inner.split(",");
  const each = (name: number | string, one: unknown, kind: string): string => misfit(one, kind, table, path + name);
  switch (shape[0]) {
    case "?":
      return "";
    case "~":
      return value === null ? "" : each("", value, inner);
    case "|":
      return parts.some((part) => !each("", value, part)) ? "" : path;
    case "+":
      return isList(value) ? first(value, (one, at) => each(`[${at}]`, one, inner)) : path;
    case "#":
      return isList(value) && value.length === parts.length ? first(parts, (part, at) => each(`[${at}]`, value[at], part)) : path;
  }
  if (PLAIN[shape]) return typeof value === PLAIN[shape] ? "" : path;
  if (!isObject(value)) return path;
  if (shape[0] === "*") return first(Object.keys(value), (name) => each(`.${name}`, value[name], inner));
  return first((table[Number(shape)] ?? "").split(";"), (group) => {
    const [kind = "", ...names] = group.split(" ");
    return first(names, (name) => each(`.${name}`, value[name], kind));
  });
}

function first<T>(all: readonly T[], judge: (one: T, at: number) => string): string {
  for (const [at, one] of all.entries()) {
    const found = judge(one, at);
    if (found) return found;
  }
  return "";
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !isList(value);

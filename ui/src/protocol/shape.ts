/**
 * The shape of an answer, as small as it can be written: "s" text, "n" number, "b" yes or no, "0" nothing,
 * "?" anything; ["+", X] a list, ["*", X] an object of any names, ["#", X, Y] a list of these, ["|", X, Y] one of
 * these; an object of shapes stands for an object with these fields. Its field "$" names plain ones by their kind:
 * "stitle name;nat" is two texts and a number. A capital letter stands for one that may be nothing.
 */
export type Shape = string | readonly [string, ...Shape[]] | { readonly [field: string]: Shape };

const PLAIN: Readonly<Record<string, string>> = { s: "string", n: "number", b: "boolean" };

/** Return the path of the first part of a value that does not have its shape, "" if all have. */
export function misfit(value: unknown, shape: Shape, path = "answer"): string {
  if (typeof shape === "string") return isPlain(value, shape) ? "" : path;
  if (isCompound(shape)) return misfitOfCompound(value, shape, path);
  if (!isObject(value)) return path;
  return first(Object.entries(shape), ([field, inner]) =>
    field === "$" ? misfitOfPlain(value, String(inner), path) : misfit(value[field], inner, `${path}.${field}`),
  );
}

function misfitOfPlain(value: Readonly<Record<string, unknown>>, packed: string, path: string): string {
  return first(packed.split(";"), (group) => {
    const kind = group[0] ?? "";
    const may = kind !== kind.toLowerCase();
    return first(group.slice(1).split(" "), (field) => {
      const one = value[field];
      return (may && one === null) || isPlain(one, kind.toLowerCase()) ? "" : `${path}.${field}`;
    });
  });
}

function isPlain(value: unknown, shape: string): boolean {
  return shape === "?" || (shape === "0" ? value === null : typeof value === PLAIN[shape]);
}

function misfitOfCompound(value: unknown, shape: readonly [string, ...Shape[]], path: string): string {
  const [kind, ...parts] = shape;
  if (kind === "|") return parts.some((part) => !misfit(value, part)) ? "" : path;
  const [inner = "?"] = parts;
  if (kind === "*") {
    if (!isObject(value)) return path;
    return first(Object.entries(value), ([name, one]) => misfit(one, inner, `${path}.${name}`));
  }
  if (!Array.isArray(value)) return path;
  const rows: readonly unknown[] = value;
  if (kind === "#" && rows.length !== parts.length) return path;
  return first([...rows.entries()], ([at, one]) => misfit(one, kind === "#" ? (parts[at] ?? "?") : inner, `${path}[${at}]`));
}

function first<T>(all: readonly T[], judge: (one: T) => string): string {
  for (const one of all) {
    const found = judge(one);
    if (found) return found;
  }
  return "";
}

function isCompound(shape: Shape): shape is readonly [string, ...Shape[]] {
  return Array.isArray(shape);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

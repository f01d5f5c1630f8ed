/** The view's state as it stands in its address, so that Back and a shared link work. */

export const SCOPES = ["all", "24h", "7d", "custom"] as const;
export type Scope = (typeof SCOPES)[number];

/** The kinds of differences that a person can choose to write. */
export const KINDS = ["empty", "stale", "drift", "missing", "orphan"] as const;
export type GapKind = (typeof KINDS)[number];

/** What is compared and written: the scope, with dates of a custom range ("" is open), and kinds; none means all. */
export interface AskedScenes {
  readonly scope: Scope;
  readonly begin: string;
  readonly end: string;
  readonly kinds: readonly GapKind[];
}

/** What is seen of it: a chip, a field, a text; "" is all. */
export interface Seen {
  readonly chip: string;
  readonly field: string;
  readonly text: string;
}

export type Query = AskedScenes & Seen;

const oneOf = <T extends string>(all: readonly T[], word: string | null): T | undefined => all.find((one) => one === word);

/** Read an address; what makes no sense there is left out. */
export function read(search: string): Query {
  const found = new URLSearchParams(search);
  const given = (name: string): string => found.get(name) ?? "";
  return {
    scope: oneOf(SCOPES, found.get("scope")) ?? "all",
    begin: given("from"),
    end: given("to"),
    kinds: KINDS.filter((kind) => found.getAll("kind").includes(kind)),
    chip: given("show"),
    field: given("field"),
    text: given("q"),
  };
}

/** Write it as an address; what is as at first is left out. */
export function written({ scope, begin, end, kinds, chip, field, text }: Query): string {
  const made = new URLSearchParams();
  const put = (name: string, value: string): void => {
    if (value) made.append(name, value);
  };
  put("scope", scope === "all" ? "" : scope);
  put("from", scope === "custom" ? begin : "");
  put("to", scope === "custom" ? end : "");
  kinds.forEach((kind) => put("kind", kind));
  put("show", chip);
  put("field", field);
  put("q", text);
  const search = made.toString();
  return search ? `?${search}` : "";
}

/** What was asked for, as one of the answers says it. */
export interface Made {
  readonly scope: string;
  readonly begin: string;
  readonly end: string;
  readonly kinds: readonly string[];
}

/** Tell whether a preview was made by this very request. */
export const isFor = (query: AskedScenes, made: Made): boolean =>
  query.scope === made.scope &&
  [...query.kinds].sort().join() === [...made.kinds].sort().join() &&
  (query.scope !== "custom" || (query.begin === made.begin && query.end === made.end));

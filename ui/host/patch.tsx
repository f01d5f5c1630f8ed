/** The patch points of the stand-in, with the rules that Stash's own follow (tests/recordings/stash). */
import * as React from "react";

type Any = (...all: unknown[]) => unknown;
type Drawn = React.FunctionComponent<Record<string, unknown>>;

const registered: Record<"before" | "instead" | "after", Map<string, Any[]>> = {
  before: new Map(),
  instead: new Map(),
  after: new Map(),
};

export const components: Record<string, Drawn> = {};

const register =
  (kind: keyof typeof registered) =>
  (point: string, run: Any): void => {
    registered[kind].set(point, [...(registered[kind].get(point) ?? []), run]);
  };

export const patch = { before: register("before"), instead: register("instead"), after: register("after") };

const of = (kind: keyof typeof registered, point: string): Any[] => registered[kind].get(point) ?? [];

/** Return the function that runs the patches of a point around `core`. */
export function patched(point: string, core: Any): Any {
  return (...given) => {
    let all = given;
    for (const run of of("before", point)) all = run(...all) as unknown[];
    const chain = of("instead", point).reduceRight<Any>((next, run) => (...args) => run(...args, next), core);
    let result = chain(...all);
    for (const run of of("after", point)) result = run(...all, result);
    return result;
  };
}

/** Register a part by its name, which a second one may not have. */
export function registerComponent(name: string, part: Drawn): Drawn {
  if (components[name]) throw new Error(`Component ${name} has already been registered`);
  components[name] = part;
  return part;
}

/** Return a part whose drawing can be patched. */
export const point = <P extends object>(name: string, core: React.FunctionComponent<P>): React.FunctionComponent<P> =>
  registerComponent(name, patched(name, core as Any) as Drawn) as unknown as React.FunctionComponent<P>;

/** Return a part that draws its children, and can be patched. */
export const container = (name: string): React.FunctionComponent<Record<string, unknown>> =>
  point(name, ({ children }: React.PropsWithChildren<Record<string, unknown>>) => <>{children}</>);

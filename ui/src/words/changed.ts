/** Which words of a text have changed. */

export interface Part {
  readonly text: string;
  readonly kind: "same" | "gone" | "new";
}

/** Longer texts are shown whole: the comparing takes time by the square of the length. */
const MOST = 400;

/** Return both texts in one: what stays, what goes and what comes, in their order. */
export function changedParts(before: string, after: string): readonly Part[] {
  const old = before.split(/(?<=\s)/);
  const made = after.split(/(?<=\s)/);
  if (old.length > MOST || made.length > MOST) return whole(before, after);
  const lengths = table(old, made);
  const parts: Part[] = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < made.length) {
    const isSame = at < old.length && to < made.length && old[at]!.trim() === made[to]!.trim();
    const drops = to >= made.length || (at < old.length && lengths[at + 1]![to]! >= lengths[at]![to + 1]!);
    if (isSame) push(parts, made[to]!, "same");
    else push(parts, (drops ? old[at] : made[to])!, drops ? "gone" : "new");
    if (isSame || drops) at += 1;
    if (isSame || !drops) to += 1;
  }
  return parts;
}

const whole = (before: string, after: string): readonly Part[] => [
  { text: before, kind: "gone" },
  { text: after, kind: "new" },
];

/** How many words two ends of texts have in common, by where they begin. */
function table(old: readonly string[], made: readonly string[]): readonly (readonly number[])[] {
  const rows = Array.from({ length: old.length + 1 }, () => new Array<number>(made.length + 1).fill(0));
  for (let at = old.length - 1; at >= 0; at -= 1) {
    for (let to = made.length - 1; to >= 0; to -= 1) {
      const isSame = old[at]!.trim() === made[to]!.trim();
      rows[at]![to] = isSame ? rows[at + 1]![to + 1]! + 1 : Math.max(rows[at + 1]![to]!, rows[at]![to + 1]!);
    }
  }
  return rows;
}

function push(parts: Part[], text: string, kind: Part["kind"]): void {
  const last = parts.at(-1);
  if (last?.kind === kind) parts[parts.length - 1] = { kind, text: last.text + text };
  else parts.push({ text, kind });
}

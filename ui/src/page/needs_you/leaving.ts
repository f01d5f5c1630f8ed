/** Rows that have just gone from the list: each stays where it was until one has seen what became of it. */
import type { CauseGroup, NeedsYou, NeedyScene } from "../../protocol/operations.ts";

/** So long a row says that its scene is in sync. */
export const SAID_MS = 3_000;
/** A row whose scene is queued for longer goes without a word: the queue shows it. */
const PATIENCE_MS = 60_000;

type State = "on_the_way" | "in_sync";

/** A row that is gone: ``at`` is its place in its group, and it is as it is since ``since`` (milliseconds). */
export interface Leaving {
  readonly group: CauseGroup;
  readonly row: NeedyScene;
  readonly at: number;
  readonly state: State;
  readonly since: number;
}

/** A group with the rows that go: ``number`` is 0 where no others are left. */
export interface ShownGroup {
  readonly group: CauseGroup;
  readonly rows: readonly { readonly row: NeedyScene; readonly state: State | null }[];
}

/** Return the scenes of which one wants to know what became of them. */
export const seenIn = (groups: readonly CauseGroup[], leaving: readonly Leaving[]): readonly number[] =>
  [...new Set([...groups.flatMap(({ rows }) => rows), ...leaving.map(({ row }) => row)].map(({ scene_id }) => scene_id))].slice(0, 200);

/** Return the rows that go after an answer, given those before it. */
export function goOn(before: readonly CauseGroup[], leaving: readonly Leaving[], { groups, became }: NeedsYou, now: number): readonly Leaving[] {
  const states = new Map(became.map(({ scene_id, state }) => [scene_id, state]));
  const gone = before.flatMap((group) => group.rows.map((row, at) => ({ group, row, at, state: null, since: now })));
  const known = new Map([...gone, ...leaving].map((one) => [one.row.scene_id, one]));
  const shown = new Set(groups.flatMap(({ rows }) => rows.map(({ scene_id }) => scene_id)));
  return [...known.values()].flatMap((one) => {
    const state = states.get(one.row.scene_id);
    if (shown.has(one.row.scene_id) || (state !== "on_the_way" && state !== "in_sync")) return [];
    const since = state === one.state ? one.since : now;
    const isOver = now - since >= (state === "in_sync" ? SAID_MS : PATIENCE_MS);
    return isOver ? [] : [{ ...one, state, since }];
  });
}

/** Put the rows that go where they were. */
export function withLeaving(groups: readonly CauseGroup[], leaving: readonly Leaving[]): readonly ShownGroup[] {
  const left = leaving.map(({ group }) => group).filter(({ cause }) => !groups.some((one) => one.cause === cause));
  const ended = [...new Map(left.map((group) => [group.cause, { ...group, number: 0, rows: [] }])).values()];
  return [...groups, ...ended].map((group) => {
    const rows: { row: NeedyScene; state: State | null }[] = group.rows.map((row) => ({ row, state: null }));
    const own = leaving.filter((one) => one.group.cause === group.cause).sort((one, other) => one.at - other.at);
    for (const { row, at, state } of own) rows.splice(Math.min(at, rows.length), 0, { row, state });
    return { group, rows };
  });
}

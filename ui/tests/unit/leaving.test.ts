/** Rows that go from "Needs you": each stays in its place until one has seen what became of its scene. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SAID_MS, goOn, seenIn, withLeaving } from "../../src/page/needs_you/leaving.ts";
import type { CauseGroup, NeedsYou, NeedyScene } from "../../src/protocol/operations.ts";

const row = (scene_id: number): NeedyScene => ({ scene_id, title: "", fact: "", rating_key: "", attempts: 0, tried_at: 0, since: 0 });
const group = (cause: string, ...scenes: number[]): CauseGroup => ({
  cause, title: cause, number: scenes.length, advice: { text: "", next_step: "" }, for_all: "", for_one: "", folder: "", rows: scenes.map(row),
});
type Fate = NeedsYou["became"][number]["state"];
const answer = (groups: readonly CauseGroup[], became: Readonly<Record<number, Fate>> = {}): NeedsYou => ({
  total: 0, ignored: 0, plex_page: "", groups, became: Object.entries(became).map(([id, state]) => ({ scene_id: Number(id), state })),
});
const BEFORE = [group("refused", 1, 2, 3)];
const shown = (next: NeedsYou, leaving: ReturnType<typeof goOn>): unknown =>
  withLeaving(next.groups, leaving).map(({ group: { cause, number }, rows }) => [cause, number, rows.map((one) => [one.row.scene_id, one.state])]);

test("a repaired row keeps its place, says so, and goes after three seconds", () => {
  const queued = answer([group("refused", 1, 3, 4)], { 2: "on_the_way" });
  const first = goOn(BEFORE, [], queued, 0);
  assert.deepEqual(shown(queued, first), [["refused", 3, [[1, null], [2, "on_the_way"], [3, null], [4, null]]]]);
  assert.deepEqual(seenIn(queued.groups, first), [1, 3, 4, 2]);
  const well = answer(queued.groups, { 2: "in_sync" });
  const second = goOn(queued.groups, first, well, 9_000);
  assert.deepEqual(shown(well, second), [["refused", 3, [[1, null], [2, "in_sync"], [3, null], [4, null]]]]);
  assert.equal(goOn(well.groups, second, well, 9_000 + SAID_MS - 1).length, 1);
  assert.deepEqual(goOn(well.groups, second, well, 9_000 + SAID_MS), []);
});

test("the last row of a cause keeps its card until it goes", () => {
  const ended = answer([], { 1: "in_sync", 2: "in_sync", 3: "other" });
  const leaving = goOn(BEFORE, [], ended, 0);
  assert.deepEqual(shown(ended, leaving), [["refused", 0, [[1, "in_sync"], [2, "in_sync"]]]]);
});

test("a row that comes back, is ignored or was never shown says nothing", () => {
  const queued = goOn(BEFORE, [], answer([], { 1: "on_the_way" }), 0);
  assert.equal(queued.length, 1);
  assert.deepEqual(goOn([], queued, answer([group("refused", 1)]), 1_000), []);
  assert.deepEqual(goOn([], queued, answer([], { 1: "other" }), 1_000), []);
  assert.deepEqual(goOn([], queued, answer([], { 1: "on_the_way" }), 60_000), [], "what takes that long, the queue shows");
  assert.deepEqual(goOn([], [], answer([], { 9: "in_sync" }), 0), []);
});

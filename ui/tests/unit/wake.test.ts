/** Waking the agent: however many tabs are open, they take turns. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { keepAwake } from "../../src/everywhere/wake.ts";

const MINUTE = 60_000;

/** Open so many tabs and let so many minutes pass; returns the times at which one of them woke the agent. */
function woken(tabs: number, minutes: number, visible = true): number[] {
  let now = 1e12;
  let at = 0;
  const found: number[] = [];
  const each: (() => void)[] = [];
  const turn = { get: () => at, set: (moment: number) => (at = moment) };
  for (let tab = 0; tab < tabs; tab += 1) {
    keepAwake({
      wake: () => found.push(now),
      now: () => now,
      isVisible: () => visible,
      turn,
      everyMinute: (run) => each.push(run),
      whenSeen: () => undefined,
    });
    now += 500;
  }
  for (let minute = 0; minute < minutes; minute += 1) {
    now += MINUTE;
    each.forEach((run) => run());
  }
  return found;
}

test("the first tab wakes the agent", () => assert.equal(woken(1, 0).length, 1));

test("ten open tabs start four processes in an hour and not six hundred", () => assert.ok(woken(10, 60).length <= 5));

test("hidden tabs start none", () => assert.deepEqual(woken(3, 60, false), []));

/** Times as the page says them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, lasting, onDay, past } from "../../src/words/time.ts";

const NOON = new Date(2026, 10, 30, 12, 0, 0).getTime() / 1000;
const at = (day: number, hour: number, minute: number): number => new Date(2026, 10, day, hour, minute).getTime() / 1000;

for (const [then, told] of [
  [NOON - 44, "just now"],
  [NOON - 46, "1 min ago"],
  [NOON - 4 * 60, "4 min ago"],
  [at(30, 9, 31), "09:31"],
  [at(29, 21, 15), "yesterday 21:15"],
  [at(27, 21, 15), "27 Nov"],
] as const) {
  test(`a moment is told as ${told}`, () => assert.equal(ago(then, NOON, "en-GB"), told));
}

test("what has been is not told as to come, however old the time is that one counts from", () => {
  assert.equal(ago(NOON + 4, NOON, "en-GB"), "in 4 seconds");
  assert.equal(past(NOON + 4, NOON, "en-GB"), "just now");
  assert.equal(past(NOON - 4 * 60, NOON, "en-GB"), "4 min ago");
});

test("a coming moment is told by its day", () => {
  assert.equal(onDay(at(30, 23, 0), NOON, "en-GB"), "23:00");
  assert.equal(onDay(at(31, 3, 0), NOON, "en-GB"), "tomorrow 03:00");
});

test("how long something takes is rounded", () => {
  assert.equal(lasting(8), "8 seconds");
  assert.equal(lasting(61), "about 1 minute");
  assert.equal(lasting(4 * 60 + 20), "about 4 minutes");
  assert.equal(lasting(2 * 3600), "about 2 hours");
});

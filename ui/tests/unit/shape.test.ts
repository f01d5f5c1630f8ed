/** The check of an answer by its shape names the first part that does not fit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { misfit } from "../../src/protocol/shape.ts";
import type { Shape } from "../../src/protocol/shape.ts";

const inner: Shape = { $: "stitle;Nat" };
const whole: Shape = {
  $: "sname;nnumber other;bmoving;?extra",
  one: ["|", inner, "0"],
  many: ["+", inner],
  named: ["*", "n"],
  pair: ["#", "s", "n"],
};
const well = {
  name: "a",
  number: 1,
  other: 2,
  moving: false,
  extra: { any: "thing" },
  one: null,
  many: [{ title: "b", at: null }, { title: "c", at: 5 }],
  named: { x: 1 },
  pair: ["d", 2],
};

test("what fits has no fault, and more than was asked for does no harm", () => {
  assert.equal(misfit(well, whole), "");
  assert.equal(misfit({ ...well, more: 1, one: { title: "e", at: 1 } }, whole), "");
});

const WRONG: readonly [object, string][] = [
  [{ name: 1 }, "answer.name"],
  [{ other: "2" }, "answer.other"],
  [{ moving: null }, "answer.moving"],
  [{ one: { title: 1, at: 1 } }, "answer.one"],
  [{ many: [{ title: "b", at: null }, { title: "c", at: "5" }] }, "answer.many[1].at"],
  [{ many: {} }, "answer.many"],
  [{ named: { x: "1" } }, "answer.named.x"],
  [{ pair: ["d"] }, "answer.pair"],
  [{ pair: ["d", "2"] }, "answer.pair[1]"],
];

for (const [change, path] of WRONG) {
  test(`${JSON.stringify(change)} does not fit`, () => assert.equal(misfit({ ...well, ...change }, whole), path));
}

test("a text in place of an object does not fit", () => assert.equal(misfit("Traceback", whole), "answer"));

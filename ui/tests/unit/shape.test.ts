/** The check of an answer by its shape names the first part that does not fit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { misfit } from "../../src/protocol/shape.ts";

const TABLE = ["s title;~n at", "s name;n number other;b moving;? extra;~0 one;+0 many;*n named;#s,n pair;|s,+s both"];
const fault = (value: unknown): string => misfit(value, "1", TABLE);
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
  both: ["e", "f"],
};

test("what fits has no fault, and more than was asked for does no harm", () => {
  assert.equal(fault(well), "");
  assert.equal(fault({ ...well, more: 1, one: { title: "e", at: 1 }, both: "g" }), "");
});

const WRONG: readonly [object, string][] = [
  [{ name: 1 }, "answer.name"],
  [{ other: "2" }, "answer.other"],
  [{ moving: null }, "answer.moving"],
  [{ one: { title: 1, at: 1 } }, "answer.one.title"],
  [{ many: [{ title: "b", at: null }, { title: "c", at: "5" }] }, "answer.many[1].at"],
  [{ many: {} }, "answer.many"],
  [{ named: { x: "1" } }, "answer.named.x"],
  [{ pair: ["d"] }, "answer.pair"],
  [{ pair: ["d", "2"] }, "answer.pair[1]"],
  [{ both: [1] }, "answer.both"],
];

for (const [change, path] of WRONG) {
  test(`${JSON.stringify(change)} does not fit`, () => assert.equal(fault({ ...well, ...change }), path));
}

test("a text in place of an object does not fit", () => assert.equal(fault("Traceback"), "answer"));

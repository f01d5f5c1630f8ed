import assert from "node:assert/strict";
import { test } from "node:test";
import { notBefore, together } from "../../src/page/scene/words.ts";

test("what was written a moment ago is not told as to come", () => {
  assert.equal(notBefore(100, { items: [], writes: [{ at: 103, field: "title" }] }), 103);
  assert.equal(notBefore(100, { items: [], writes: [{ at: 90, field: "title" }] }), 100);
});

test("fields that went out together stand in their order, and a sort title goes with its title", () => {
  const writes = ["rating", "sort_title", "genres", "title"].map((field) => ({ at: 10, field }));
  assert.deepEqual(together([...writes, { at: 5, field: "sort_title" }]), [[10, "title, genres, rating"], [5, "sort title"]]);
});

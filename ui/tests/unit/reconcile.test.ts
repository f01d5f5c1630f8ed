/** The view "Reconcile" without a browser: its address, its words, and which words of a text have changed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isFor, read, written } from "../../src/page/reconcile/query.ts";
import { KIND_HELP, KIND_NAMES, comparing, losing, mostly } from "../../src/page/reconcile/words.ts";
import { changedParts } from "../../src/words/changed.ts";

const FIRST = { scope: "all", begin: "", end: "", kinds: [], chip: "", field: "", text: "" } as const;

test("an address says all of the view, and no more than it has to", () => {
  assert.deepEqual(read(""), FIRST);
  assert.equal(written(FIRST), "");
  const query = { ...FIRST, scope: "custom", begin: "2026-11-01", kinds: ["stale", "drift"], chip: "taken_away", field: "genres", text: "a&b" } as const;
  assert.equal(written(query), "?scope=custom&from=2026-11-01&kind=stale&kind=drift&show=taken_away&field=genres&q=a%26b");
  assert.deepEqual(read(written(query)), query);
  assert.deepEqual(read("?scope=everything&kind=odd&kind=drift"), { ...FIRST, kinds: ["drift"] });
});

test("a preview counts only for the request that it was made for", () => {
  const made = { scope: "all", begin: "", end: "", kinds: ["drift", "stale"] };
  assert.ok(isFor({ ...FIRST, kinds: ["stale", "drift"] }, made));
  assert.ok(!isFor(FIRST, made));
  assert.ok(isFor({ ...FIRST, begin: "2026-11-01" }, { ...made, kinds: [] }), "dates count only in a custom range");
  assert.ok(!isFor({ ...FIRST, scope: "custom", begin: "2026-11-01" }, { ...made, scope: "custom", kinds: [] }));
});

test("losses are said with their numbers, the most first", () => {
  const losses = [
    { field: "genres", all: true, items: 5098 },
    { field: "title", all: true, items: 22 },
    { field: "summary", all: false, items: 1 },
  ];
  assert.equal(mostly(losses, "en"), "Most of it: 5,098 items lose all their genres.");
  assert.equal(losing(losses, "en"), "5,098 items lose all their genres, 22 lose the title, 1 gets another summary.");
  assert.equal(losing([], "en"), "");
});

test("the page says of ambiguous scenes what the command line says", () => {
  assert.equal(KIND_NAMES["ambiguous"], "Ambiguous");
  assert.equal(KIND_HELP["ambiguous"], "scenes share one Plex item");
});

test("progress is told once there is some", () => {
  assert.equal(comparing(0, 12_440, "en"), "Listing both sides");
  assert.equal(comparing(4210, 12_440, "en"), "4,210 of 12,440 compared");
});

test("changed words are marked, and those that stay are not", () => {
  const parts = changedParts("A walk along the pier at night, in one shot.", "A walk along the pier before dawn, in one shot.");
  assert.deepEqual(
    parts.filter(({ kind }) => kind !== "same").map(({ kind, text }) => `${kind} ${text.trim()}`),
    ["gone at night,", "new before dawn,"],
  );
  const whole = (kinds: readonly string[]): string =>
    parts.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text).join("");
  assert.equal(whole(["same", "gone"]), "A walk along the pier at night, in one shot.");
  assert.equal(whole(["same", "new"]), "A walk along the pier before dawn, in one shot.");
  assert.deepEqual(changedParts("one ".repeat(500), "two").map(({ kind }) => kind), ["gone", "new"]);
});

/** How things stood when any tab was told last. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptStanding } from "../../src/everywhere/kept.ts";

const STANDING = { kind: "in_sync", sentence: [], detail: [], also: [], apart: [], actions: [], icon: "", colour: "", badge: "7" };

test("one tab keeps it, and all are told", () => {
  let text: string | null = null;
  const place = { read: () => text, write: (newer: string) => (text = newer) };
  const [here, there] = [new KeptStanding(place), new KeptStanding(place)];
  let told = 0;
  here.subscribe(() => (told += 1));
  here.keep(STANDING);
  assert.equal(told, 1);
  assert.equal(there.read()?.badge, "7");
  assert.equal(there.read(), there.read());
});

for (const odd of [null, "", "{", "null", "7", '{"badge": 7}', '{"badge": "7", "sentence": null}', JSON.stringify({ ...STANDING, apart: undefined })]) {
  test(`what cannot be read is nothing: ${odd}`, () => {
    assert.equal(new KeptStanding({ read: () => odd, write: () => undefined }).read(), null);
  });
}

/** What the last step of the set-up says before the start. */
import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, {
  window: { PluginApi: { React: { createContext: () => null }, libraries: { Bootstrap: {}, ReactRouterDOM: {}, Intl: {}, FontAwesomeSolid: {} }, components: {} } },
});
const { headline } = await import("../../src/page/setup/preview.tsx");

for (const [changing, items, equal, told] of [
  [9_870, 12_440, 2_570, "9,870 of 12,440 items will change, 2,570 are the same already."],
  [78, 78, 0, "78 items will change."],
  [1, 2, 1, "1 of 2 items will change, 1 is the same already."],
  [0, 5, 5, "No item will change: 5 are the same already."],
  [0, 0, 0, "No item will change."],
] as const) {
  test(`it says: ${told}`, () => assert.equal(headline({ changing, items, equal }, "en-GB"), told));
}

/** Figures of the overview as they are drawn. */
import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, {
  window: { PluginApi: { React: { createContext: () => null }, libraries: { Bootstrap: {}, ReactRouterDOM: {}, Intl: {}, FontAwesomeSolid: {} }, components: {} } },
});
const { partsOf, widthsOf } = await import("../../src/page/overview/bar.tsx");
const { told } = await import("../../src/page/overview/servers_card.tsx");
const { heightOf } = await import("../../src/page/overview/chart.tsx");

const QUEUE = {
  scenes: 12_440, in_sync: 12_392, on_the_way: 0, waiting: 6, needs_you: 42,
};

test("each part of the bar can be seen, and together they fill it", () => {
  const widths = widthsOf(partsOf(QUEUE, false));
  assert.equal(widths.length, 3);
  assert.ok(widths.every((width) => width >= 0.6));
  assert.ok(Math.abs(widths.reduce((sum, width) => sum + width, 0) - 100) < 1e-9);
});

test("what is queued waits while Plex is away", () => {
  const words = (isHeldUp: boolean): string[] => partsOf({ ...QUEUE, on_the_way: 1 }, isHeldUp).map((part) => part.words);
  assert.deepEqual(words(false), ["in sync", "on its way", "wait", "need you"]);
  assert.deepEqual(words(true), ["in sync", "waits for Plex to come back", "wait for something else", "need you"]);
});

test("a server's line says what is so, and not that it is silent where nobody has asked it", () => {
  const plex = { state: "well", name: "Den", version: "1.43.1", address: "", since: 0, next_try_at: 0 } as unknown as Parameters<typeof told>[1];
  assert.equal(told("Plex", plex, "‘Den’ 1.43.1"), "Plex ‘Den’ 1.43.1");
  assert.equal(told("Plex", { ...plex, state: "unknown" }, ""), "Plex");
  assert.equal(told("Plex", { ...plex, state: "away" }, "‘Den’"), "Plex does not answer");
  assert.equal(told("Plex", { ...plex, state: "refused" }, "‘Den’"), "Plex does not let PlexSync in");
  assert.equal(told("Plex", { ...plex, state: "wrong" }, "‘Den’"), "Plex is not as the settings say");
});

test("an empty library has no bar", () => {
  assert.deepEqual(partsOf({ ...QUEUE, in_sync: 0, waiting: 0, needs_you: 0 }, false), []);
});

test("47 gaps do not flatten 2", () => {
  assert.equal(heightOf(47, 47), 70);
  assert.ok(heightOf(2, 47) > 10);
  assert.equal(heightOf(0, 47), 0);
});

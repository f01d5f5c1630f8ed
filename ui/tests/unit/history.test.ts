import assert from "node:assert/strict";
import { test } from "node:test";
import { difference, picture } from "../../src/page/history/diff.ts";
import { byDay, ended, headline, named } from "../../src/page/history/words.ts";
import type { HistoryRow } from "../../src/protocol/operations.ts";

test("of a list, what comes and goes is told, whatever the capitals", () => {
  assert.deepEqual(difference(["Drama", "Old"], ["drama", "New"]), { added: ["New"], removed: ["Old"], stay: 1 });
});

test("a picture is named as far as a person can tell it", () => {
  assert.equal(picture(`upload://posters/${"ab".repeat(20)}`), "picture abababab");
  assert.equal(picture("media://frame.jpg"), "a frame of the video");
  assert.equal(picture(""), "");
});

test("many fields are cut short", () => {
  assert.equal(named(["title", "actors"]), "title, actors");
  assert.equal(named(["title", "actors", "genres", "poster", "studio"]), "title, actors, genres, 2 more");
});

test("the headline counts what goes back", () => {
  assert.equal(headline(311, 318, "en"), "311 of 318 scenes go back to what Plex had before.");
  assert.equal(headline(1, 1, "en"), "1 scene goes back to what Plex had before.");
  assert.equal(headline(0, 318, "en"), "Nothing to undo: all 318 were changed since.");
});

test("the end says what went back and what stayed", () => {
  const of = { run: 1, state: "done", counts: { back: 311, stays: 7 }, reasons: [], end: "", advice: null };
  assert.equal(ended(of, "en"), "311 scenes went back, 7 scenes have something that stayed.");
  assert.equal(ended({ ...of, state: "stopped", counts: { back: 1, stopped: 2 } }, "en"), "Stopped: 1 scene went back, 2 scenes not reached.");
});

test("rows stand under their day", () => {
  const now = Date.parse("2026-11-30T12:00:00") / 1000;
  const rows = [now, now - 60, now - 86_400].map((at) => ({ at }) as HistoryRow);
  assert.deepEqual(byDay(rows, now, "en").map(([name, some]) => [name, some.length]), [["Today", 2], ["Yesterday", 1]]);
});

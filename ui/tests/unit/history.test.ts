import assert from "node:assert/strict";
import { test } from "node:test";
import { difference, picture } from "../../src/page/history/diff.ts";
import { byDay, day, ended, headline, named } from "../../src/page/history/words.ts";
import type { HistoryRow } from "../../src/protocol/operations.ts";

test("of a list, what comes and goes is told, whatever the capitals", () => {
  assert.deepEqual(difference(["Drama", "Old"], ["drama", "New"]), { added: ["New"], removed: ["Old"], stay: 1 });
});

test("a picture is named as far as a person can tell it", () => {
  assert.equal(picture(`upload://posters/${"ab".repeat(20)}`), "uploaded picture abababab");
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

test("after a day of 25 hours, and after one of 23, the day before is yesterday", () => {
  const zone = process.env["TZ"];
  process.env["TZ"] = "Europe/Berlin";
  try {
    for (const [now, before] of [
      ["2026-10-25T23:30:00+01:00", "2026-10-24T12:00:00+02:00"],
      ["2026-10-26T00:30:00+01:00", "2026-10-25T00:10:00+02:00"],
      ["2026-03-30T00:30:00+02:00", "2026-03-29T00:10:00+01:00"],
    ] as const) {
      const [at, to] = [Date.parse(before) / 1000, Date.parse(now) / 1000];
      assert.deepEqual([day(at, to, "en"), day(to, to, "en")], ["Yesterday", "Today"], now);
    }
    assert.notEqual(day(Date.parse("2026-10-24T12:00:00+02:00") / 1000, Date.parse("2026-10-26T12:00:00+01:00") / 1000, "en"), "Yesterday");
  } finally {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  }
});

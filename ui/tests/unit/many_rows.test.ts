/** The list of many rows: which rows are drawn, and which blocks are fetched and kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BLOCK, Blocks } from "../../src/parts/many_rows/blocks.ts";
import { drawn, scrolledTo, spacePx } from "../../src/parts/many_rows/geometry.ts";

const WINDOW = { rowPx: 34, windowPx: 850 };
const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

test("only what the window shows is drawn, with twelve rows more on each side", () => {
  assert.deepEqual(drawn({ ...WINDOW, count: 100_000, topPx: 34_000 }), { first: 988, end: 1038, shiftPx: 0 });
  assert.deepEqual(drawn({ ...WINDOW, count: 3, topPx: 0 }), { first: 0, end: 3, shiftPx: 0 });
  assert.deepEqual(drawn({ ...WINDOW, count: 40, topPx: 10 ** 6 }), { first: 28, end: 40, shiftPx: 0 });
});

test("a list that is too high for browsers reaches its last row in a smaller space", () => {
  const count = 1_000_000;
  const space = spacePx(count, 34);
  assert.ok(space < 17_000_000);
  const end = drawn({ ...WINDOW, count, topPx: space - WINDOW.windowPx });
  assert.equal(end.end, count);
  assert.equal((count - 1) * 34 - end.shiftPx + 34, space);
  assert.deepEqual(drawn({ ...WINDOW, count, topPx: 0 }).shiftPx, 0);
});

test("a row is scrolled to only where it is not seen", () => {
  const at = { ...WINDOW, count: 1000, topPx: 340 };
  assert.equal(scrolledTo(15, at, 82), null);
  assert.equal(scrolledTo(10, at, 82), 340 - 82);
  assert.equal(scrolledTo(999, at, 82), 34_000 - 850);
  assert.equal(scrolledTo(0, at, 82), -82, "the head of the list does not cover it");
  assert.equal(scrolledTo(999, { ...at, topPx: -400 }, 82), 34_000 - 850, "a list that begins below the window's top");
  const far = { ...WINDOW, count: 1_000_000, topPx: 0 };
  const px = scrolledTo(999_999, far, 82) ?? 0;
  assert.ok(drawn({ ...far, topPx: px }).end === 1_000_000);
});

test("blocks are fetched ahead, one at a time, and ten are kept", async () => {
  const asked: number[] = [];
  const blocks = new Blocks<number>(async (offset, limit) => {
    asked.push(offset / BLOCK);
    return { total: 50_000, rows: Array.from({ length: limit }, (_, at) => offset + at) };
  });
  blocks.show(0, 40);
  await settled();
  assert.deepEqual(asked, [0]);
  blocks.show(760, 800);
  await settled();
  assert.deepEqual(asked, [0, 1], "the window comes near to the next one");
  for (let block = 2; block < 20; block += 1) {
    blocks.show(block * BLOCK + 400, block * BLOCK + 440);
    await settled();
  }
  assert.equal(blocks.row(19_420), 19_420);
  assert.equal(blocks.row(5), undefined, "what is far away is forgotten");
  assert.equal(blocks.row(10_500), 10_500);
});

test("a block that does not come says why, and is asked for again on wish", async () => {
  let works = false;
  const blocks = new Blocks<string>(() => (works ? Promise.resolve({ total: 1, rows: ["here"] }) : Promise.reject(new Error("away"))));
  blocks.show(0, 1);
  await settled();
  assert.equal(blocks.trouble?.message, "away");
  works = true;
  blocks.refresh();
  await settled();
  assert.deepEqual([blocks.trouble, blocks.total, blocks.row(0)], [null, 1, "here"]);
});

test("what is refreshed stays until it has come", async () => {
  let version = 1;
  const blocks = new Blocks<number>(() => Promise.resolve({ total: 1, rows: [version] }));
  blocks.show(0, 1);
  await settled();
  version = 2;
  blocks.refresh();
  assert.equal(blocks.row(0), 1);
  await settled();
  assert.equal(blocks.row(0), 2);
});

/** What PlexSync costs Stash's own pages. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { on } from "./browser.ts";

const LIMIT_MS = 5;
const TRIES = 3;

interface TraceEvent {
  readonly name: string;
  /** Microseconds on the wall, and of the processor's time. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly data?: { readonly url?: string }; readonly fileName?: string };
}

/** Load a page of Stash's; return for how many milliseconds its main thread was at our script. */
async function spent(page: Page): Promise<number> {
  const browser = page.context().browser() as Browser;
  await browser.startTracing(page, { categories: ["devtools.timeline", "v8"] });
  await page.reload();
  await page.locator("nav.top-nav a[href$='/plugins/plexsync']:visible").waitFor();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const ours = traceEvents.filter(
    ({ name, args }) =>
      (name === "EvaluateScript" || name === "FunctionCall") && /StashPlexSync\/javascript/.test(args?.data?.url ?? ""),
  );
  assert.ok(ours.some(({ name }) => name === "EvaluateScript"), "the script was not seen");
  return ours.reduce((sum, { tdur, dur = 0 }) => sum + (tdur ?? dur) / 1000, 0);
}

test("the small script takes less than five milliseconds of the main thread", () =>
  on("", async ({ page }) => {
    const all: number[] = [];
    for (let at = 0; at < TRIES; at += 1) all.push(await spent(page));
    const most = Math.max(...all);
    console.log(`main thread: ${all.map((one) => one.toFixed(2)).join(", ")} ms`);
    assert.ok(most <= LIMIT_MS, `${most} ms`);
  }));

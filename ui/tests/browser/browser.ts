/** Pages in a real browser, for tests: an error in the console fails the test that opened the page. */
import assert from "node:assert/strict";
import { after } from "node:test";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, ConsoleMessage, Page } from "playwright-core";
import { REAL, Stage } from "./stage.ts";
import type { Options } from "./stage.ts";

export const PLEXSYNC = "plugins/plexsync";
export const WIDE = { width: 1400, height: 900 };
export const PHONE = { width: 360, height: 740 };

let browser: Promise<Browser> | null = null;
const stages = new Map<string, Promise<Stage>>();

/** Return the stage with these options, which all tests that ask for the same ones share. A real Stash has one at a time. */
export async function stage(options: Options = {}): Promise<Stage> {
  const key = JSON.stringify(options);
  const found = stages.get(key);
  if (found) return found;
  if (REAL) await closeStages();
  const opened = Stage.open(options);
  stages.set(key, opened);
  return opened;
}

async function closeStages(): Promise<void> {
  const all = [...stages.values()];
  stages.clear();
  await Promise.all(all.map(async (one) => (await one).close()));
}

/** What a test opens: a page of its own, and the errors that its console showed. */
export interface Opened {
  readonly page: Page;
  readonly stage: Stage;
  /** Errors that a test expects: those whose text holds one of these words. */
  readonly expected: string[];
}

interface How {
  readonly size?: { readonly width: number; readonly height: number };
  readonly options?: Options;
  /** Whether the test may let the page's time jump, by {@link minute}. */
  readonly clock?: boolean;
}

/** Let the page's next refresh come now, in place of half a minute later. */
export const minute = (page: Page): Promise<void> => page.clock.fastForward(60_000);

/** Open an address of Stash's and run a test on it; then hold that the console showed no error. */
export async function on(path: string, test: (opened: Opened) => Promise<void>, how: How = {}): Promise<void> {
  const there = await stage(how.options);
  browser ??= chromium.launch({ executablePath: process.env["PLEXSYNC_BROWSER"] ?? "", args: ["--no-sandbox"] });
  const context = await (await browser).newContext({ viewport: how.size ?? WIDE, locale: "en-GB", reducedMotion: "reduce" });
  const { page, errors } = await listened(context);
  const expected: string[] = [];
  try {
    if (how.clock) await page.clock.install();
    await page.goto(`${there.at.stash}/${path}`);
    await test({ page, stage: there, expected });
  } finally {
    await context.close();
  }
  const wrong = errors.filter((text) => !expected.some((word) => text.includes(word)));
  assert.deepEqual(wrong, [], "the console shows errors");
}

async function listened(context: BrowserContext): Promise<{ page: Page; errors: string[] }> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && isOurs(message) && errors.push(message.text()));
  page.on("pageerror", (problem) => errors.push(problem.stack ?? String(problem)));
  page.setDefaultTimeout(15_000);
  return { page, errors };
}

/** Tell whether a line is about something of ours: a real Stash has pictures and scripts of its own that are not there. */
const isOurs = (message: ConsoleMessage): boolean =>
  !message.text().startsWith("Failed to load resource") || /StashPlexSync|graphql/.test(message.location().url);

/** Hold that axe-core finds nothing serious in a part of the page. */
export async function holdAccessible(page: Page, selector = "main.plexsync"): Promise<void> {
  const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(source);
  const found = await page.evaluate((part) => {
    const axe = (window as unknown as { axe: { run(part: string): Promise<{ violations: Violation[] }> } }).axe;
    return axe.run(part).then(({ violations }) => violations);
  }, selector);
  const serious = found.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(serious.map(told), []);
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

const told = ({ id, nodes }: Violation): string => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n")}`;

after(async () => {
  await (await browser)?.close();
  await closeStages();
});

/** Screenshots of each view from the simulated servers, kept in docs/page/ for README and guide. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { Stage } from "../browser/stage.ts";

const FOLDER = join(process.cwd(), "..", "docs", "page");
const PAGE = "plugins/plexsync";
const WIDE = { width: 1100, height: 700 };
const PHONE = { width: 360, height: 700 };

interface Shot {
  readonly name: string;
  readonly path: string;
  /** Whether it is of a library that was not brought over yet. */
  readonly isFirst?: boolean;
  readonly size?: { readonly width: number; readonly height: number };
  /** The part of Stash's page that is shown; else all of the window. */
  readonly part?: string;
  /** What is to be seen before the picture is taken; a word of the page, or what a person does first. */
  readonly ready: (page: Page) => Promise<unknown>;
}

const seen = (text: string) => (page: Page) => page.getByText(text).first().waitFor();

/** The scene whose title a person types in Plex. */
const TYPED = "2";

async function openTab(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Plex" }).click();
  await page.getByText("set by hand, stays").first().waitFor();
}

const SHOTS: readonly Shot[] = [
  { name: "overview", path: PAGE, ready: seen("Recent activity") },
  { name: "phone", path: PAGE, size: PHONE, ready: seen("Recent activity") },
  { name: "settings-box", path: "settings?tab=plugins", part: ".setting-section", ready: seen("Open PlexSync") },
  { name: "scene-tab", path: `scenes/${TYPED}`, part: ".scene-tabs", ready: openTab },
  { name: "needs-you", path: `${PAGE}/needs-you`, ready: seen("What to do") },
  {
    name: "reconcile",
    path: `${PAGE}/reconcile`,
    isFirst: true,
    ready: async (page) => {
      await page.getByRole("button", { name: /^Preview/ }).first().click();
      await page.getByText("Nothing has been written").first().waitFor();
    },
  },
  { name: "queue", path: `${PAGE}/queue`, ready: seen("Queue") },
  { name: "history", path: `${PAGE}/history`, ready: seen("History") },
  { name: "settings", path: `${PAGE}/settings`, ready: (page) => page.getByLabel(/^Write to /).first().waitFor() },
];

/** Let there be a life before the pictures: a sync, a reconcile, edits, and some that Plex does not show as Stash. */
async function live(browser: Browser, stage: Stage): Promise<void> {
  const page = await browser.newPage(); // while somebody looks, both servers are asked for their names
  await page.goto(`${stage.at.stash}/${PAGE}`);
  await stage.act("task", { name: "Sync All Scenes" });
  await stage.act("settle");
  await stage.act("touch", { title: "Harbour at Dawn" });
  await stage.act("task", { name: "Reconcile Library" });
  await stage.act("settle");
  await typedInPlex(stage);
  await page.waitForTimeout(31_000); // the overview is kept anew every half minute
  await page.close();
}

/** Let a person type a title in Plex. */
async function typedInPlex(stage: Stage): Promise<void> {
  const { scenes, keys } = (await stage.act("single", { number: 20 })) as { scenes: readonly string[]; keys: readonly string[] };
  const typed = { set: { title: "Typed by hand in Plex" }, lock: ["title"] };
  await stage.steer("plex", `items/${keys[scenes.indexOf(TYPED)]}`, typed);
}

async function take(browser: Browser, stage: Stage, shot: Shot): Promise<void> {
  const context = await browser.newContext({ viewport: shot.size ?? WIDE, locale: "en-GB", reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  try {
    await page.goto(`${stage.at.stash}/${shot.path}`);
    await shot.ready(page);
    await page.mouse.move(0, 0); // no button is shown as under the mouse
    await page.waitForTimeout(2_500); // names of servers come with the second look; pictures fade in
    const picture = await (shot.part ? page.locator(shot.part) : page).screenshot();
    await writeFile(join(FOLDER, `${shot.name}.png`), picture);
    console.log(`docs/page/${shot.name}.png`);
  } finally {
    await context.close();
  }
}

const wanted = (process.env["PLEXSYNC_SHOTS"] ?? "").split(" ").filter(Boolean);
await mkdir(FOLDER, { recursive: true });
const stage = await Stage.open({ scenes: 300 });
const browser = await chromium.launch({ executablePath: process.env["PLEXSYNC_BROWSER"] ?? "", args: ["--no-sandbox"] });
try {
  const chosen = SHOTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  for (const shot of chosen.filter(({ isFirst }) => isFirst)) await take(browser, stage, shot);
  const others = chosen.filter(({ isFirst }) => !isFirst);
  if (others.length > 0) await live(browser, stage);
  for (const shot of others) await take(browser, stage, shot);
} finally {
  await browser.close();
  await stage.close();
}

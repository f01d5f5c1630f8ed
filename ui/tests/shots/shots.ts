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
  /** What is to be seen before the picture is taken; a word of the page, or what a person does first. */
  readonly ready: (page: Page) => Promise<unknown>;
}

const seen = (text: string) => (page: Page) => page.getByText(text).first().waitFor();

const SHOTS: readonly Shot[] = [
  { name: "overview", path: PAGE, ready: seen("Recent activity") },
  { name: "phone", path: PAGE, size: PHONE, ready: seen("Recent activity") },
  { name: "settings-box", path: "settings?tab=plugins", ready: seen("Open PlexSync") },
  { name: "scene-tab", path: "scenes/2", ready: (page) => page.getByRole("tab", { name: "Plex" }).click() },
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
  await page.waitForTimeout(31_000); // the overview is kept anew every half minute
  await page.close();
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
    await writeFile(join(FOLDER, `${shot.name}.png`), await page.screenshot());
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

/** The views "Needs you" and "Queue" and a scene's tab: a failure and its repair, a choice, ignoring, the order of the work. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { PHONE, PLEXSYNC, holdAccessible, on, stage as staged } from "./browser.ts";
import type { Stage } from "./stage.ts";

const OPTIONS = { scenes: 62 };
const VIEW = `${PLEXSYNC}/needs-you`;
const shot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env["PLEXSYNC_SHOTS"];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: name !== "queue" });
};
const card = (page: Page, cause: string) => page.locator(`[data-cause=${cause}]`);

interface Found {
  readonly scenes: readonly string[];
  readonly keys: readonly string[];
}

/** A title that no scene had before: a real Stash keeps those of earlier runs. */
const edited = (number: number): string => `Edited ${number} at ${BEGUN}`;
const BEGUN = Date.now();

/** Return some scenes with an item of their own, and the items' keys. */
async function single(stage: Stage, number: number): Promise<Found> {
  const { scenes, keys } = (await stage.act("single", { number })) as Found;
  return { scenes, keys };
}

let made: Promise<Found> | null = null;

/** Once: all is in Plex, then two items are joined, and Plex refuses every edit of a third. */
function troubled(): Promise<Found> {
  made ??= (async () => {
    const stage = await staged(OPTIONS);
    await stage.act("configure", { settings: { max_attempts: 1, image_poster: "off" } });
    await stage.act("task", { name: "Sync All Scenes" });
    await stage.act("settle");
    const found = await single(stage, 4);
    const [one, other, refused] = found.keys;
    await stage.steer("plex", `items/${one}/merge`, { ids: [other] });
    const match = { method: "PUT", query_regex: `(^|&)id=${refused}(&|$)` };
    await stage.steer("plex", "faults", [{ kind: "status", status: 400, times: -1, match }]);
    for (const [at, scene] of found.scenes.entries()) await stage.act("edit", { scene, title: edited(at + 1) });
    await stage.act("task", { name: "Sync All Scenes" });
    await stage.act("settle");
    await stage.act("age");
    return found;
  })();
  return made;
}

const withTrouble = (path: string, size: { width: number; height: number } | null, run: (page: Page, stage: Stage, found: Found) => Promise<void>) => async () => {
  const found = await troubled();
  await on(path, ({ page, stage }) => run(page, stage, found), { options: OPTIONS, ...(size ? { size } : {}) });
};

test("each cause says what it means and what to do, the page has no serious finding and fits a phone", withTrouble(VIEW, PHONE, async (page) => {
  await card(page, "ambiguous").getByText("Ambiguous: scenes share one Plex item").waitFor();
  await card(page, "item_rejected").getByText("What to do:").waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 360, `${wide} px wide`);
  await shot(page, "needs-you-phone");
  await holdAccessible(page);
}));

test("a scene is ignored, and taken back by the toast and from the list", withTrouble(VIEW, null, async (page) => {
  const rejected = card(page, "item_rejected");
  await rejected.getByRole("button", { name: /^More \(/ }).first().click();
  await page.getByRole("menuitem", { name: "Ignore" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Taken back.").waitFor();
  await page.getByText("1 scene is ignored.").waitFor({ state: "hidden" });
  await rejected.waitFor();
  await rejected.getByRole("button", { name: /^More \(/ }).first().press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await rejected.waitFor({ state: "hidden" });
  await page.getByText("1 scene is ignored.").waitFor();
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByRole("button", { name: /^Stop ignoring/ }).click();
  await rejected.waitFor();
}));

test("a person chooses the item of a scene among candidates side by side, and takes it back", withTrouble(VIEW, null, async (page, stage, { scenes, keys }) => {
  const shared = card(page, "ambiguous");
  await shared.waitFor();
  await shot(page, "needs-you");
  await shared.getByRole("button", { name: /^Choose…/ }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio").waitFor();
  await dialog.getByText(/also holds a file of/).waitFor();
  const poster = dialog.getByRole("img", { name: `The poster of item ${keys[0]} in Plex` });
  await poster.waitFor();
  assert.match((await poster.getAttribute("src")) ?? "", /^data:image\//);
  const cover = (await dialog.getByRole("img", { name: "The cover in Stash" }).getAttribute("src")) ?? "";
  assert.ok(cover.startsWith(stage.at.stash), "both come from Stash, so no token leaves and no other origin is asked");
  await shot(page, "choose");
  await holdAccessible(page, ".modal-dialog");
  await dialog.getByRole("button", { name: `Choose item ${keys[0]}` }).click();
  await shared.waitFor({ state: "hidden" });
  await stage.act("settle");
  const title = (await stage.act("title_of", { scene: scenes[0] })) as string;
  assert.ok([edited(1), edited(2)].includes(title), title);
  await page.goto(`${stage.at.stash}/scenes/${scenes[0]}`);
  await page.getByRole("tab", { name: "Plex" }).click();
  await page.getByRole("button", { name: "Forget that" }).click();
  await page.getByText("The choice is forgotten.").waitFor();
  await stage.act("settle");
  await page.goto(`${stage.at.stash}/${VIEW}`);
  await shared.waitFor();
}));

test("a failure is repaired, retried, and gone", withTrouble(VIEW, null, async (page, stage, { scenes }) => {
  await stage.steer("plex", "faults", []);
  const rejected = card(page, "item_rejected");
  await rejected.getByRole("button", { name: "Retry", exact: true }).click();
  const repaired = rejected.locator(".ps-is-repaired", { hasText: "✓ in sync" });
  await repaired.waitFor();
  await shot(page, "repaired");
  const motion = (): Promise<string> => repaired.evaluate((row) => getComputedStyle(row).animationName);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  assert.equal(await motion(), "ps-fades");
  await page.emulateMedia({ reducedMotion: "reduce" });
  assert.equal(await motion(), "none");
  await rejected.waitFor({ state: "hidden" });
  await stage.act("settle");
  assert.equal(await stage.act("title_of", { scene: scenes[2] }), edited(3));
}));

test("ten thousand scenes of one cause scroll, and are ignored by one act", withTrouble(VIEW, null, async (page, stage) => {
  await stage.act("give_up", { number: 10_000 });
  await page.reload();
  const many = card(page, "not_applied");
  await many.getByRole("button", { name: "Show all 10000" }).click();
  await many.locator(".ps-line a").first().waitFor();
  await page.keyboard.press("End");
  await many.locator(".ps-line a").first().focus();
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await many.locator("[aria-rowindex='10001'] a").waitFor();
  assert.ok((await many.locator(".ps-line").count()) < 80);
  await page.evaluate(() => window.scrollTo(0, 0));
  await many.getByRole("button", { name: /^More about/ }).click();
  await page.getByRole("menuitem", { name: "Ignore all 10000" }).click();
  await many.waitFor({ state: "hidden" });
  await page.getByText("10,000 scenes are ignored.").waitFor();
}));

test("the queue is searched, put in order and cleared, with a word on what is lost", withTrouble(`${PLEXSYNC}/queue`, null, async (page, stage) => {
  await stage.act("configure", { settings: { paused: true, image_poster: "off" } });
  await stage.act("fill_queue", { number: 1200 });
  await page.reload();
  const table = page.getByRole("table", { name: "Queue" });
  await table.locator(".ps-line a").first().waitFor();
  await shot(page, "queue");
  await holdAccessible(page);
  await page.getByLabel("Scene, file or cause").fill("2000700");
  await page.waitForURL(/q=2000700/);
  await page.waitForFunction(() => document.querySelector("[role=table]")?.getAttribute("aria-rowcount") === "2");
  await page.getByRole("button", { name: /^More \(/ }).first().click();
  await page.getByRole("menuitem", { name: "Move to front" }).click();
  await page.getByText("Moved to the front.").waitFor();
  await page.getByLabel("Scene, file or cause").fill("");
  await page.getByRole("button", { name: /^Next/ }).click();
  await page.getByText("It comes next, in this order.").waitFor();
  await page.waitForFunction(() => document.querySelector("[aria-rowindex='2'] a")?.textContent === "Scene 2000700");
  await page.getByRole("button", { name: "Clear…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/^Nothing is lost/).waitFor();
  await dialog.getByRole("button", { name: /^Clear [\d,]+$/ }).click();
  await page.getByText(/The queue is empty|No scene of the queue/).waitFor();
  await stage.act("configure", { settings: { image_poster: "off" } });
}));

test("a scene's tab says what each side has, syncs it, and unlinks its item", withTrouble("", null, async (page, stage, { scenes }) => {
  await stage.act("settle");
  await stage.act("configure", { settings: { paused: true, image_poster: "off" } });
  const scene = scenes[3]!;
  await stage.act("edit", { scene, title: "Newer in Stash" });
  await page.goto(`${stage.at.stash}/scenes/${scene}`);
  await page.getByRole("tab", { name: "Plex" }).click();
  const tab = page.locator("[role=tabpanel].active .ps-scene");
  await tab.getByText("goes to Plex", { exact: true }).waitFor();
  await tab.getByText("Newer in Stash").waitFor();
  const link = tab.getByRole("link", { name: "Open in Plex" });
  const address = (await link.getAttribute("href")) ?? "";
  assert.match(address, /\/web\/index\.html#!\/server\/[^/]+\/details\?key=%2Flibrary%2Fmetadata%2F\d+$/);
  assert.ok(!address.includes(stage.at.token));
  await shot(page, "scene-tab");
  await holdAccessible(page, "[role=tabpanel].active");
  await stage.act("configure", { settings: { image_poster: "off" } });
  await tab.getByText("In sync.").waitFor();
  await tab.getByRole("button", { name: "Sync now" }).click();
  await page.getByText("The scene is looked at now.").waitFor();
  await tab.getByRole("button", { name: "Unlink…" }).click();
  await page.getByRole("dialog").getByText("What PlexSync wrote there stays.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Unlink" }).click();
  await tab.getByText(/as you decided/).waitFor();
  await tab.getByRole("button", { name: "Forget that" }).click();
  await tab.getByText("In sync.").waitFor();
}));

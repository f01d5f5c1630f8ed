/** The overview in each state that a person can meet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { PHONE, PLEXSYNC, holdAccessible, minute, on, stage } from "./browser.ts";
import { REAL } from "./stage.ts";

const LONG = { timeout: 30_000 };
const simulated = { skip: REAL ? "steers the simulated Stash" : false };

const says = (page: Page, text: string): Promise<void> =>
  page.locator(".ps-sentence", { hasText: text }).waitFor(LONG);

const press = (page: Page, name: string): Promise<void> => page.locator(".ps-buttons").getByText(name).click();

/** Wait for a state that the agent has to notice first, as the page's refreshes tell it. */
async function comes(page: Page, text: string): Promise<void> {
  const sentence = page.locator(".ps-sentence", { hasText: text });
  for (let turn = 0; turn < 20 && !(await sentence.isVisible()); turn += 1) {
    await minute(page);
    await page.waitForResponse(/graphql/);
    await page.waitForTimeout(500);
  }
  await says(page, text);
}

/** Open the page on a stage that is as it was at the start. */
const fresh: typeof on = async (path, run, how) => {
  await (await stage()).reset();
  await on(path, run, how);
};

test("a library is brought over while the page is open, and then it is in sync", () =>
  fresh(PLEXSYNC, async ({ page, stage: there }) => {
    await there.act("task", { name: "Sync All Scenes" });
    await there.act("settle");
    await minute(page);
    await says(page, "In sync");
    await holdAccessible(page);
  }, { clock: true }));

test("paused by its menu, and on again by the state's button", () =>
  fresh(PLEXSYNC, async ({ page }) => {
    await says(page, "In sync");
    await page.getByRole("button", { name: "More" }).click();
    await page.getByText("Pause", { exact: true }).click();
    await says(page, "Paused");
    await press(page, "Go on");
    await says(page, "In sync");
  }));

test("Plex away: it is said with the cause and the next step, and is over by itself", () =>
  fresh(PLEXSYNC, async ({ page, stage: there }) => {
    await says(page, "In sync");
    await there.steer("plex", "down", { seconds: 3600 });
    await there.act("touch");
    await comes(page, "Plex does not answer");
    await page.getByRole("button", { name: "Try now" }).waitFor();
    await page.getByRole("link", { name: "Change address" }).waitFor();
    await holdAccessible(page);
    await there.steer("plex", "down", { seconds: 0 });
    await comes(page, "In sync");
  }, { clock: true }));

test("the agent killed while the page is open is started anew", () =>
  fresh(PLEXSYNC, async ({ page, stage: there }) => {
    await says(page, "In sync");
    await there.act("kill_agent");
    await minute(page);
    await says(page, "In sync");
    assert.equal(await there.act("agent_lives"), true);
  }, { clock: true }));

test("Stash restarted: the old figures stay, and it goes on by itself", simulated, () =>
  fresh(PLEXSYNC, async ({ page, stage: there, expected }) => {
    expected.push("Failed to load resource", "ERR_");
    await page.getByText("Recent activity").waitFor(); // the sentence alone may be a kept one, of before the first answer
    await says(page, "In sync");
    const failed = page.waitForEvent("requestfailed");
    await there.steer("stash", "restart", { seconds: 15 });
    await minute(page);
    await failed;
    const told = page.locator("main.plexsync", { hasText: /Stash does not answer.*This page shows how things stood/s });
    for (let turn = 0; turn < 20 && !(await told.isVisible()); turn += 1) {
      await minute(page); // it has lasted by then, once the page has noticed
      await page.waitForTimeout(300);
    }
    await told.waitFor(LONG);
    await there.back();
    await minute(page);
    await says(page, "In sync");
  }, { clock: true }));

test("the plugin switched off in Stash: the page says what Stash says", () =>
  fresh(PLEXSYNC, async ({ page, stage: there }) => {
    await says(page, "In sync");
    await there.enable(false);
    await minute(page);
    await says(page, "plugin StashPlexSync is disabled");
    await there.enable(true);
    await press(page, "Try again");
    await says(page, "In sync");
  }, { clock: true }));

test("not set up yet: the invitation alone", () =>
  fresh(PLEXSYNC, async ({ page, stage: there }) => {
    await there.act("configure", { settings: { plex_url: null, plex_token: null } });
    await page.reload();
    await says(page, "Bring your Stash titles");
    await page.getByRole("link", { name: "Set up PlexSync" }).waitFor();
    assert.equal(await page.locator(".ps-tabs").count(), 0);
    await holdAccessible(page);
  }));

test("a library that is not there: PlexSync has stopped, and leads to the libraries", () =>
  fresh(PLEXSYNC, async ({ page, stage: there }) => {
    await there.act("configure", { settings: { plex_libraries: "Nowhere" } });
    await there.act("touch");
    await minute(page);
    await says(page, "PlexSync has stopped");
    await press(page, "Choose libraries");
    await page.waitForURL("**/settings#libraries");
  }, { clock: true }));

test("on a phone all of it fits", () =>
  fresh(
    PLEXSYNC,
    async ({ page }) => {
      await says(page, "In sync");
      await page.getByRole("heading", { name: "Recent activity" }).waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= PHONE.width, `${wide} px wide`);
      await holdAccessible(page);
    },
    { size: PHONE },
  ));

test("with the keyboard alone one comes from the page's head to each tab and opens it", () =>
  fresh(PLEXSYNC, async ({ page }) => {
    await says(page, "In sync");
    await page.getByRole("button", { name: "More" }).focus();
    const seen: (string | null)[] = [];
    for (let at = 0; at < 6; at += 1) {
      await page.keyboard.press("Tab");
      seen.push(await page.evaluate(() => document.activeElement?.firstChild?.textContent ?? null));
    }
    assert.deepEqual(seen, ["Overview", "Needs you", "Reconcile", "Queue", "History", "Settings"]);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/plexsync/settings");
  }));

test("the bug report is a download of the page's menu", () =>
  fresh(PLEXSYNC, async ({ page }) => {
    await page.getByRole("button", { name: "More" }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("Download bug report").click()]);
    assert.equal(download.suggestedFilename(), "plexsync-bug-report.zip");
  }));

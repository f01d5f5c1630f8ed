/** The frame: how a person comes to the page, its tabs, its title. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PHONE, PLEXSYNC, holdAccessible, on } from "./browser.ts";

test("the icon in Stash's bar leads to the page", () =>
  on("", async ({ page }) => {
    await page.locator("nav.top-nav a[href$='/plugins/plexsync']:visible").click();
    await page.getByRole("heading", { level: 1, name: "PlexSync" }).waitFor();
    await page.waitForFunction(() => document.title === "PlexSync");
  }));

test("each tab has an address that can be opened again", () =>
  on(PLEXSYNC, async ({ page }) => {
    await page.getByRole("link", { name: "History", exact: true }).click();
    await page.reload();
    const tab = page.locator(".ps-tabs [aria-current=page]");
    assert.equal(await tab.textContent(), "History");
    await page.waitForFunction(() => document.title === "History – PlexSync");
  }));

test("the menu explains the page, and starts PlexSync anew", () =>
  on(PLEXSYNC, async ({ page, stage }) => {
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("main").getByRole("button", { name: "Help" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("A preview shows what would change and writes nothing.").waitFor();
    await holdAccessible(page, ".modal-dialog");
    await dialog.getByRole("button", { name: "Close" }).click();
    await dialog.waitFor({ state: "hidden" });
    const before = await stage.act("agent_started");
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("button", { name: "Restart PlexSync" }).click();
    await page.getByText("PlexSync starts anew.").waitFor();
    while ((await stage.act("agent_started")) === before) await page.waitForTimeout(100);
  }));

test("the page fits a phone and has no serious finding", () =>
  on(
    PLEXSYNC,
    async ({ page }) => {
      await page.locator(".ps-tabs").waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `${wide} px wide`);
      await holdAccessible(page);
    },
    { size: PHONE },
  ));

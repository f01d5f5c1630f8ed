/** The view "Reconcile": look first, filter, write, stop, a brake and its release. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { PHONE, PLEXSYNC, holdAccessible, on } from "./browser.ts";

const VIEW = `${PLEXSYNC}/reconcile`;
const WORLD = { scenes: 61 };
const rows = (page: Page) => page.locator(".plexsync-line:not(:has(.plexsync-bar))");
const shot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env["PLEXSYNC_SHOTS"];
  if (folder) await page.screenshot({ path: `${folder}/reconcile-${name}.png` });
};

async function previewed(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Preview/ }).click();
  await page.getByText("Nothing has been written").waitFor();
}

test("a preview shows each change, is filtered in the address, and opens a scene in full", () =>
  on(
    VIEW,
    async ({ page }) => {
      await page.getByText("Nothing compared yet").waitFor();
      await shot(page, "first");
      await previewed(page);
      await rows(page).first().waitFor();
      await shot(page, "preview");
      await holdAccessible(page);
      const write = page.getByRole("button", { name: /^Write [\d,]+ changes$/ });
      await write.waitFor();
      await page.getByRole("button", { name: /^Empty in Plex/ }).click();
      await page.getByText(/^Showing/).waitFor();
      await page.getByLabel("Field").selectOption("title");
      await page.waitForURL(/show=empty&field=title/);
      await page.waitForFunction(() => {
        const fields = [...document.querySelectorAll(".plexsync-line [role=cell]:nth-child(2)")];
        return fields.length > 0 && fields.every((one) => one.textContent === "Title");
      });
      await page.goBack();
      assert.match(page.url(), /show=empty$/);
      await page.getByLabel("Scene or value").fill("no value says this");
      await page.getByText("No row fits this filter.").waitFor();
      await page.getByLabel("Scene or value").fill("");
      await rows(page).first().focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.locator(".plexsync-field").first().waitFor();
      await shot(page, "scene");
      await holdAccessible(page, ".modal-dialog");
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
    },
    { options: WORLD },
  ));

test("on a phone the view fits, and a row has two lines", () =>
  on(
    VIEW,
    async ({ page }) => {
      await previewed(page);
      await rows(page).first().waitFor();
      await shot(page, "phone");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `${wide} px wide`);
      assert.equal(await rows(page).first().evaluate((row) => row.getBoundingClientRect().height), 62);
      await holdAccessible(page);
    },
    { options: WORLD, size: PHONE },
  ));

test("the arrows, Home and End move one focused row", () =>
  on(
    VIEW,
    async ({ page }) => {
      await previewed(page);
      await rows(page).first().focus();
      const at = (): Promise<string | null> => page.evaluate(() => document.activeElement?.getAttribute("aria-rowindex") ?? null);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      assert.equal(await at(), "4");
      await page.keyboard.press("End");
      const last = await page.getByRole("table").getAttribute("aria-rowcount");
      await page.waitForFunction((row) => document.activeElement?.getAttribute("aria-rowindex") === row, last);
      await page.keyboard.press("Home");
      await page.waitForFunction(() => document.activeElement?.getAttribute("aria-rowindex") === "2");
    },
    { options: WORLD },
  ));

test("kinds decide what is compared and written", () =>
  on(
    `${VIEW}?kind=missing`,
    async ({ page }) => {
      await previewed(page);
      await page.getByRole("button", { name: "Queue what is missing" }).waitFor();
      assert.equal(await page.getByRole("button", { name: /^Stale/ }).count(), 0);
    },
    { options: WORLD },
  ));

test("a run writes what the preview showed", () =>
  on(
    VIEW,
    async ({ page, stage }) => {
      await previewed(page);
      await page.getByRole("button", { name: /^Write/ }).click();
      await page.getByText(/^Done: [\d,]+ changes in [\d,]+ scenes\.$/).waitFor({ timeout: 60_000 });
      await shot(page, "done");
      await stage.act("settle");
      await page.getByRole("button", { name: /^Preview/ }).click();
      await page.getByRole("button", { name: /^(Write|Queue)/ }).waitFor({ state: "hidden" }).catch(() => undefined);
    },
    { options: WORLD },
  ));

test("an error of a server stands where the action was, with its cause", () =>
  on(
    VIEW,
    async ({ page, stage }) => {
      await stage.act("configure", { plex_url: "http://127.0.0.1:9" });
      await page.getByRole("button", { name: /^Preview/ }).click();
      await page.locator(".plexsync-error").first().waitFor();
      await shot(page, "trouble");
      assert.match((await page.locator(".plexsync-error").first().textContent()) ?? "", /Plex/);
      await stage.act("configure", {});
    },
    { options: WORLD },
  ));

/** The view "Reconcile": look first, filter, write, stop, a brake and its release. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { PHONE, PLEXSYNC, holdAccessible, on } from "./browser.ts";

const VIEW = `${PLEXSYNC}/reconcile`;
const WORLD = { scenes: 61 };
const rows = (page: Page) => page.locator(".ps-line:not(:has(.ps-bar))");
const shot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env["PLEXSYNC_SHOTS"];
  if (folder) await page.screenshot({ path: `${folder}/reconcile-${name}.png` });
};

async function previewed(page: Page): Promise<void> {
  const begun = page.waitForResponse((response) => response.request().postData()?.includes("preview_start") ?? false);
  await page.getByRole("button", { name: /^Preview/ }).click();
  await begun;
  await page.waitForTimeout(100); // the preview before is shown until then
  await page.locator(".ps-found", { hasText: "Nothing has been written" }).waitFor({ timeout: 40_000 });
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
      await page.getByLabel("Field").selectOption("studio");
      await page.waitForURL(/show=empty&field=studio/);
      await page.waitForFunction(() => {
        const fields = [...document.querySelectorAll(".ps-line [role=cell]:nth-child(2)")];
        return fields.length > 0 && fields.every((one) => one.textContent === "Studio");
      });
      await page.goBack();
      assert.match(page.url(), /show=empty$/);
      await page.getByLabel("Scene or value").fill("no value says this");
      await page.getByText("No row fits this filter.").waitFor();
      await page.getByLabel("Scene or value").fill("");
      await rows(page).first().focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.locator(".ps-field").first().waitFor();
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
      await page.getByText(/scenes were written since this preview\./).waitFor();
      await stage.act("settle");
    },
    { options: WORLD },
  ));

test("an error of a server stands where the action was, with its cause", () =>
  on(
    VIEW,
    async ({ page, stage }) => {
      await stage.act("configure", { settings: { plex_url: "http://127.0.0.1:9" } });
      await page.getByRole("button", { name: /^Preview/ }).click();
      await page.locator(".ps-error").first().waitFor();
      await shot(page, "trouble");
      assert.match((await page.locator(".ps-error").first().textContent()) ?? "", /Plex/);
      await stage.act("configure", { settings: {} });
    },
    { options: WORLD },
  ));

test("a preview can be cancelled while it compares", () =>
  on(
    VIEW,
    async ({ page, stage }) => {
      const slow = { match: { method: "GET" }, times: -1, kind: "slow", delay_ms: 700 };
      await stage.steer("plex", "faults", [slow]);
      await page.getByRole("button", { name: /^Preview/ }).click();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText("The preview was cancelled.").waitFor({ timeout: 30_000 });
      await stage.steer("plex", "faults", []);
      await shot(page, "cancelled");
    },
    { options: WORLD },
  ));

test("a brake shows its figures and what goes, and is released once", () =>
  on(
    VIEW,
    async ({ page, stage, expected }) => {
      expected.push("Failed to fetch"); // a question that is open while the page is left
      await stage.act("settle");
      await stage.act("configure", { settings: { paused: true, brake_items: 5, brake_percent: 5 } });
      await page.goto(`${stage.at.stash}/${PLEXSYNC}`);
      await page.locator(".ps-sentence", { hasText: /^Paused/ }).waitFor({ timeout: 40_000 });
      const { findScenes } = await stage.ask<{ findScenes: { scenes: { id: string }[] } }>("query { findScenes(filter: { per_page: 30 }) { scenes { id } } }");
      const mutation = "mutation ($ids: [ID!], $title: String) { bulkSceneUpdate(input: { ids: $ids, title: $title }) { id } }";
      await stage.ask(mutation, { ids: findScenes.scenes.map(({ id }) => id), title: `Another title ${Date.now()}` });
      await page.waitForTimeout(1500);
      await stage.act("task", { name: "Clear Queue" });
      await page.goto(`${stage.at.stash}/${VIEW}`);
      await previewed(page);
      await shot(page, "before-brake");
      await page.getByText(/Stopped to be safe: this would take something away from \d+ of \d+ items\./).waitFor();
      await shot(page, "brake");
      await holdAccessible(page);
      assert.ok(await page.getByRole("button", { name: /^Write/ }).isDisabled());
      await page.getByRole("button", { name: "Show what goes" }).click();
      await page.waitForURL(/show=taken_away/);
      await page.getByRole("button", { name: "Allow once…" }).click();
      await shot(page, "allow");
      await page.getByRole("button", { name: /^Take away from/ }).click();
      await page.getByText(/^Writing/).waitFor({ timeout: 30_000 });
      await page.getByRole("button", { name: "Stop" }).click();
      await page.getByText(/^Stopped after \d+ changes?\. The rest, \d+ scenes, waits in the queue\.$/).waitFor();
      assert.equal(await page.getByRole("button", { name: "Allow once…" }).count(), 0);
      await shot(page, "stopped");
      await stage.act("configure", { settings: {} });
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByText(/^Done: [1-9]\d* changes in/).waitFor({ timeout: 60_000 });
    },
    { options: WORLD },
  ));

test("100,000 rows scroll without a stutter, with few of them in the page", () =>
  on(
    VIEW,
    async ({ page, stage }) => {
      await stage.act("large_preview", { rows: 100_000 });
      await page.reload();
      await rows(page).first().waitFor();
      assert.equal(await page.getByRole("table").getAttribute("aria-rowcount"), "100001");
      const scrolled = await page.evaluate(async () => {
        const frames: number[] = [];
        let last = 0;
        await new Promise<void>((done) => {
          const step = (at: number): void => {
            if (last) frames.push(at - last);
            last = at;
            window.scrollBy(0, 170);
            if (frames.length < 300) requestAnimationFrame(step);
            else done();
          };
          requestAnimationFrame(step);
        });
        frames.sort((one, other) => one - other);
        return { median: frames[150]!, late: frames.filter((ms) => ms > 34).length, drawn: document.querySelectorAll(".ps-line").length };
      });
      console.log("frames:", JSON.stringify(scrolled));
      assert.ok(scrolled.drawn < 80, `${scrolled.drawn} rows in the page`);
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      await page.locator("[aria-rowindex='100001']").waitFor();
      await page.locator("[aria-rowindex='100001']:not(:has(.ps-bar))").waitFor();
      await shot(page, "large");
    },
    { options: WORLD },
  ));

/** The view "History": rows by cause, their writes, the search, and an undo from its preview to its end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { PHONE, PLEXSYNC, holdAccessible, on } from "./browser.ts";
import type { Stage } from "./stage.ts";

const VIEW = `${PLEXSYNC}/history`;
const WORLD = { scenes: 62 };
const causes = (page: Page) => page.locator(".ps-cause");
const lines = (page: Page) => page.locator(".ps-line:not(:has(.ps-bar))");
const shot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env["PLEXSYNC_SHOTS"];
  if (folder) await page.screenshot({ path: `${folder}/history-${name}.png` });
};

const RENAME = "mutation($id: ID!, $title: String!) { sceneUpdate(input: {id: $id, title: $title}) { id } }";

const ASK = 'mutation($args: Map) { runPluginOperation(plugin_id: "StashPlexSync", args: $args) }';
interface Told {
  readonly runPluginOperation: { readonly rows: readonly { readonly run: number; readonly about: string }[] };
}

/** Edit a scene in Stash, wait until that is written down in the history, and return its run. */
async function edited(stage: Stage, title: string): Promise<number> {
  await stage.ask(RENAME, { id: "1", title });
  for (let turn = 0; turn < 100; turn += 1) {
    const args = { mode: "operation", operation: "history", scene: 1, text: "" };
    const { rows } = (await stage.ask<Told>(ASK, { args })).runPluginOperation;
    const [newest] = rows;
    const found = (await stage.ask<Told>(ASK, { args: { ...args, text: title } })).runPluginOperation.rows;
    if (newest && found.some(({ run }) => run === newest.run)) return newest.run;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`${title} has not arrived`);
}

test("an undo shows what goes back, takes it back, and can be undone", () =>
  on(
    VIEW,
    async ({ page, stage }) => {
      await edited(stage, "A new title");
      await page.goto(`${stage.at.stash}/${VIEW}?scene=1`);
      const row = causes(page).first();
      await row.waitFor();
      await page.getByText("Kept for 90 days").waitFor();
      await shot(page, "list");
      await holdAccessible(page);
      await row.getByRole("button", { expanded: false }).click();
      await lines(page).first().waitFor();
      await shot(page, "open");
      await holdAccessible(page);
      await row.getByRole("button", { name: /^Undo .*…$/ }).first().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("1 scene goes back to what Plex had before.").waitFor();
      await shot(page, "dialog");
      await holdAccessible(page, ".modal-dialog");
      await dialog.getByRole("button", { name: "Undo in 1 scene" }).click();
      await page.getByText("1 scene went back.").waitFor();
      await causes(page).filter({ hasText: "1 went back" }).first().waitFor();
      await shot(page, "undone");
      await causes(page).filter({ hasText: "1 went back" }).first().getByRole("button", { name: /^Undo Undo/ }).click();
      await dialog.getByRole("button", { name: "Undo in 1 scene" }).click();
      await page.getByText("1 scene went back.").waitFor();
    },
    { options: WORLD },
  ));

test("a title of any length or direction leaves its field's name where it can be read, also on a phone", () =>
  on(
    VIEW,
    async ({ page, stage }) => {
      const run = await edited(stage, `\u202edesrever ${"long ".repeat(16)}`);
      await page.goto(`${stage.at.stash}/${VIEW}/${run}`);
      const field = lines(page).first().locator(".ps-narrow-head .ps-grey");
      await field.waitFor();
      const box = await field.boundingBox();
      assert.ok(box && box.width > 20 && box.x + box.width <= PHONE.width, JSON.stringify(box));
      const isolated = await lines(page).first().locator("b").evaluate((one) => getComputedStyle(one).unicodeBidi);
      assert.equal(isolated, "isolate");
    },
    { options: WORLD, size: PHONE },
  ));

test("the search, the kinds and a scene stand in the address", () =>
  on(
    VIEW,
    async ({ page, stage }) => {
      await edited(stage, "Found by its words");
      await page.reload();
      await page.getByLabel("Scene, field or value").fill("by its words");
      await page.waitForURL(/q=by\+its\+words/);
      await page.waitForFunction(() => document.querySelectorAll(".ps-cause").length > 0);
      assert.equal(await page.getByText("Nothing fits.").count(), 0);
      await page.getByLabel("Scene, field or value").fill("no value says this");
      await page.getByText("Nothing fits.").waitFor();
      await page.getByLabel("Scene, field or value").fill("");
      await page.getByRole("button", { name: "Edits" }).click();
      await page.waitForURL(/show=edits/);
      await page.goBack();
      await page.goto(`${stage.at.stash}/${VIEW}?scene=1`);
      await page.getByRole("link", { name: /^Scene 1/ }).waitFor();
      await causes(page).first().waitFor();
    },
    { options: WORLD },
  ));

test("an address names a run and a scene, and a field goes back alone", () =>
  on(
    VIEW,
    async ({ page, stage }) => {
      const run = await edited(stage, "One field of it");
      await page.goto(`${stage.at.stash}/${VIEW}/${run}?scene=1`);
      await lines(page).first().waitFor();
      await page.getByRole("button", { name: /^Undo title of/ }).first().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("1 scene goes back").waitFor();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      await page.getByRole("link", { name: "All history" }).click();
      await causes(page).first().waitFor();
    },
    { options: WORLD },
  ));

test("on a phone the view fits", () =>
  on(
    VIEW,
    async ({ page }) => {
      await causes(page).first().waitFor();
      await shot(page, "phone");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `${wide} px wide`);
      await holdAccessible(page);
    },
    { options: WORLD, size: PHONE },
  ));

/** A scene's tab: Stash's value over one that a person typed in Plex, and the undo of the last write, both in place. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { PHONE, holdAccessible, on, stage as staged } from "./browser.ts";
import type { Stage } from "./stage.ts";

const OPTIONS = { scenes: 62 };
const HAND = "Typed by hand in Plex";
const shot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env["PLEXSYNC_SHOTS"];
  if (folder) await page.screenshot({ path: `${folder}/scene-${name}.png`, fullPage: true });
};

/** Bring all to Plex, and let a person give one item another title there; returns its scene. */
async function typedByHand(stage: Stage, which: number): Promise<string> {
  await stage.act("configure", { settings: { image_poster: "off" } });
  await stage.act("task", { name: "Sync All Scenes" });
  await stage.act("settle");
  const { scenes, keys } = (await stage.act("single", { number: which + 1 })) as { scenes: string[]; keys: string[] };
  await stage.act("edit", { scene: scenes[which], title: "Said in Stash" });
  while ((await stage.act("title_of", { scene: scenes[which] })) !== "Said in Stash") await stage.act("settle");
  await stage.steer("plex", `items/${keys[which]}`, { set: { title: HAND }, lock: ["title"] });
  return scenes[which]!;
}

async function opened(page: Page, stage: Stage, scene: string) {
  await page.goto(`${stage.at.stash}/scenes/${scene}`);
  await page.getByRole("tab", { name: "Plex" }).click();
  const tab = page.locator("[role=tabpanel].active .ps-scene");
  await tab.getByText("set by hand, stays").first().waitFor();
  return tab;
}

test("Stash's value takes the place of one typed in Plex, and the last write is undone where one is", async () => {
  const scene = await typedByHand(await staged(OPTIONS), 8);
  await on(
    "",
    async ({ page, stage }) => {
      const tab = await opened(page, stage, scene);
      await shot(page, "differs");
      await holdAccessible(page, "[role=tabpanel].active");
      await tab.getByRole("button", { name: "Use Stash’s value (Title)" }).click();
      await page.getByText("Stash’s value is on its way to Plex.").waitFor();
      await tab.getByText("In sync.").waitFor();
      assert.equal(await stage.act("title_of", { scene }), "Said in Stash");
      await tab.getByRole("button", { name: "Undo last write…" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("1 scene goes back to what Plex had before.").waitFor();
      await dialog.getByText(HAND).waitFor();
      await shot(page, "undo");
      await holdAccessible(page, ".modal-dialog");
      await dialog.getByRole("button", { name: "Undo in 1 scene" }).click();
      await tab.getByText("1 scene went back.").waitFor();
      await tab.getByText("set by hand, stays").first().waitFor();
      await shot(page, "undone");
      assert.equal(await stage.act("title_of", { scene }), HAND);
      assert.match(page.url(), new RegExp(`/scenes/${scene}$`));
    },
    { options: OPTIONS },
  );
});

test("in a dry run it says why nothing is written, and on a phone it fits", async () => {
  const scene = await typedByHand(await staged(OPTIONS), 9);
  await on(
    "",
    async ({ page, stage }) => {
      await stage.act("configure", { settings: { dry_run: true, image_poster: "off" } });
      const tab = await opened(page, stage, scene);
      await tab.getByRole("button", { name: "Use Stash’s value (Title)" }).click();
      await tab.getByText("Dry run is on, so nothing is written to Plex.").waitFor();
      await shot(page, "phone");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `${wide} px wide`);
      await stage.act("configure", { settings: { image_poster: "off" } });
    },
    { options: OPTIONS, size: PHONE },
  );
});

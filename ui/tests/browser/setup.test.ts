/** The view "Set-up": from the invitation to the start, left and gone on with, with the errors where they happen. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { PHONE, PLEXSYNC, holdAccessible, on } from "./browser.ts";
import type { Stage } from "./stage.ts";

const VIEW = `${PLEXSYNC}/setup`;
const shot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env["PLEXSYNC_SHOTS"];
  if (folder) await page.screenshot({ path: `${folder}/setup-${name}.png`, fullPage: true });
};
const file = (stage: Stage): Promise<string> => readFile(join(stage.at.data, "settings.toml"), "utf8");
const go = (page: Page) => page.getByRole("button", { name: "Continue", exact: true }).click();
const title = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();

/** Open the set-up with nothing set up. */
async function fresh(page: Page, stage: Stage): Promise<void> {
  await stage.act("new_beginning");
  await page.waitForLoadState("networkidle"); // a question that a reload cuts off is an error in the console
  await page.reload();
  await title(page, "Sign in to Plex");
  await page.locator(".plexsync-code").waitFor();
}

test("from the sign-in to the start, left in the middle and gone on with", () =>
  on(VIEW, async ({ page, stage }) => {
    await fresh(page, stage);
    const link = page.getByRole("link", { name: "Sign in at plex.tv" });
    assert.match((await link.getAttribute("href")) ?? "", /^https:\/\/app\.plex\.tv\/auth#\?clientID=.+&code=.{25}&context/);
    assert.equal((await page.locator(".plexsync-code").textContent())?.length, 4);
    await shot(page, "sign-in");
    await holdAccessible(page);
    await stage.act("approve");
    await title(page, "Libraries");
    await page.getByLabel(/Movies: \d+ files, Stash knows \d+/).waitFor();
    await shot(page, "libraries");
    assert.match(page.url(), /plexsync\/setup\/libraries$/);
    await page.goto(`${stage.at.stash}/${VIEW}`); // whoever leaves goes on here
    await title(page, "Libraries");
    await page.getByLabel(/Movies: /).waitFor();
    await go(page);
    await title(page, "How folders correspond");
    await page.getByText(stage.at.folders).waitFor();
    await page.getByText(/files of Stash are in Plex/).waitFor();
    await shot(page, "folders");
    await page.goBack();
    await title(page, "Libraries");
    await page.goForward();
    await title(page, "How folders correspond");
    await page.getByText("/data → /media").waitFor();
    await go(page);
    await title(page, "Fields");
    await page.locator("#plexsync-setup-genres").selectOption("mirror");
    await page.locator("#plexsync-setup-genres:enabled").waitFor();
    await shot(page, "fields");
    await go(page);
    await title(page, "What will change in Plex");
    assert.match(page.url(), /plexsync\/setup\/preview$/);
    await page.getByText(/items? get something/).waitFor();
    await page.getByText("Taken away or overwritten first:").waitFor();
    await shot(page, "preview");
    await holdAccessible(page);
    assert.match(await file(stage), /policy_genres = "mirror"/);
    await page.getByRole("button", { name: /^Start: write to \d+ items/ }).click();
    await page.waitForURL(/plexsync$/);
    await page.getByText(/Working|In sync/).first().waitFor({ timeout: 60_000 });
  }));

test("a code that has run out, and an address where nobody is, are said in place", () =>
  on(VIEW, async ({ page, stage }) => {
    await fresh(page, stage);
    await page.getByRole("button", { name: "I have a token and an address" }).click();
    await page.getByLabel("Address").fill("http://127.0.0.1:9");
    await page.getByLabel("Token").fill("none");
    await go(page);
    await page.getByRole("alert").getByText("does not answer").waitFor();
    assert.ok(!(await file(stage)).includes("plex_url"));
    await page.getByLabel("Address").fill(stage.at.plex);
    await page.getByLabel("Token").fill(stage.at.token);
    await go(page);
    await title(page, "Libraries");
    await stage.reset();
  }));

test("a step that is not reached yet leads to the one that is next", () =>
  on(`${VIEW}/preview`, async ({ page, stage }) => {
    await fresh(page, stage);
    await page.waitForLoadState("networkidle");
    await page.goto(`${stage.at.stash}/${VIEW}/preview`);
    await title(page, "Sign in to Plex");
    assert.match(page.url(), /plexsync\/setup\/sign-in$/);
    await stage.reset();
  }));

test("the set-up fits a phone", () =>
  on(
    VIEW,
    async ({ page, stage }) => {
      await fresh(page, stage);
      const { scroll, width } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, width: window.innerWidth }));
      assert.ok(scroll <= width, `${scroll} px on ${width}`);
      await shot(page, "phone");
      await stage.reset();
    },
    { size: PHONE },
  ));

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

/** Leave what another tool has locked, if the world has something of it; ends at the preview. */
async function past(page: Page): Promise<void> {
  const leave = page.getByRole("button", { name: /Leave all of them|Continue/ });
  const preview = page.getByRole("heading", { name: "What will change in Plex" });
  await leave.or(preview).first().waitFor({ timeout: 60_000 });
  if (!(await preview.isVisible())) await leave.click();
  await preview.waitFor();
}

/** Open the set-up with nothing set up. */
async function fresh(page: Page, stage: Stage): Promise<void> {
  await stage.act("new_beginning");
  await page.waitForLoadState("networkidle"); // a question that a reload cuts off is an error in the console
  await page.reload();
  await title(page, "Sign in to Plex");
  await page.locator(".ps-code").waitFor();
}

/** Wait for the rule that was found out: a row with both folders, as in the settings. */
async function folders(page: Page, stage: Stage): Promise<void> {
  for (const folder of stage.at.folders.split(" → ")) await page.locator(`.ps-rule input[value="${folder}"]`).first().waitFor();
}

test("from the sign-in to the start, left in the middle and gone on with", () =>
  on(VIEW, async ({ page, stage }) => {
    await fresh(page, stage);
    const link = page.getByRole("link", { name: "Sign in at plex.tv" });
    assert.match((await link.getAttribute("href")) ?? "", /^https:\/\/app\.plex\.tv\/auth#\?clientID=.+&code=.{25}&context/);
    assert.equal((await page.locator(".ps-code").textContent())?.length, 4);
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
    await folders(page, stage);
    await page.getByText(/files of Stash are in Plex/).waitFor();
    await shot(page, "folders");
    await page.goBack();
    await title(page, "Libraries");
    await page.goForward();
    await title(page, "How folders correspond");
    await folders(page, stage);
    await go(page);
    await title(page, "Fields");
    await page.locator("#plexsync-setup-genres").selectOption("mirror");
    await page.locator("#plexsync-setup-genres:enabled").waitFor();
    await shot(page, "fields");
    await go(page);
    await past(page);
    assert.match(page.url(), /plexsync\/setup\/preview$/);
    await page.getByText(/items? will change/).waitFor();
    await page.getByText("Taken away or overwritten:").waitFor();
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

test("values that another tool has locked follow Stash if a person says so, and are given back", () =>
  on(VIEW, async ({ page, stage }) => {
    await stage.act("lock_studios", { value: "An old name", number: 2 });
    await fresh(page, stage);
    await stage.act("approve");
    await title(page, "Libraries");
    await page.getByLabel(/Movies: /).waitFor();
    await go(page);
    await folders(page, stage);
    await go(page);
    await page.locator("#plexsync-setup-genres").waitFor();
    await go(page);
    await title(page, "Taking over from another tool");
    const studio = page.locator("#plexsync-foreign-studio");
    await studio.waitFor({ timeout: 60_000 });
    assert.match(page.url(), /plexsync\/setup\/taking-over$/);
    await studio.selectOption("ours");
    await page.getByText(/\d+ values will follow Stash/).waitFor();
    await shot(page, "taking-over");
    await holdAccessible(page);
    await page.getByRole("button", { name: /^Take over \d+ values/ }).click();
    await page.getByText(/\d+ values of \d+ scenes follow Stash now/).waitFor({ timeout: 60_000 });
    assert.equal(await page.locator("#plexsync-foreign-studio").count(), 0);
    await page.getByRole("button", { name: "Give back" }).waitFor();
    await shot(page, "taken-over");
    await go(page);
    await title(page, "What will change in Plex");
    await page.getByText(/items? will change/).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Give back" }).click();
    await page.getByText(/\d+ values count as set by hand again/).waitFor();
    await studio.waitFor({ timeout: 60_000 });
    await stage.act("lock_studios", { value: "", number: 2 });
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

test("a code that has run out, and one that was mistyped, let nobody in", () =>
  on(VIEW, async ({ page, stage }) => {
    await fresh(page, stage);
    const code = page.locator(".ps-code");
    const first = await code.textContent();
    await stage.act("expire_codes");
    await page.getByRole("alert").getByText("The code has run out").waitFor();
    await shot(page, "code-over");
    await page.getByRole("button", { name: "New code" }).click();
    await code.filter({ hasNotText: first ?? "" }).waitFor();
    await assert.rejects(stage.act("approve", { code: "0000" }));
    await page.getByText("Waiting for Plex.").waitFor();
    await stage.act("approve");
    await title(page, "Libraries");
    await stage.reset();
  }));

test("an account without a server is said, and another one can sign in", () =>
  on(VIEW, async ({ page, stage }) => {
    await fresh(page, stage);
    await stage.act("approve", { servers: 0 });
    await page.getByRole("alert").getByText("has no Plex server").waitFor();
    await shot(page, "no-server");
    await page.getByRole("button", { name: "Sign in with another account" }).click();
    await title(page, "Sign in to Plex");
    await page.locator(".ps-code").waitFor();
    assert.ok(!(await file(stage)).includes("plex_account_token"));
    await stage.act("approve");
    await title(page, "Libraries");
    await stage.reset();
  }));

test("a library that vanishes in the middle is said, and asked for anew", () =>
  on(VIEW, async ({ page, stage }) => {
    await fresh(page, stage);
    await stage.act("approve");
    await page.getByLabel(/Movies: /).waitFor();
    await go(page);
    await folders(page, stage);
    await stage.steer("plex", "sections/1", { title: "Films" });
    await go(page);
    await page.getByRole("alert").getByText("Plex has no movie library named Movies").waitFor();
    await shot(page, "library-gone");
    await page.getByRole("button", { name: "Try again" }).click();
    await title(page, "Libraries");
    await page.getByLabel(/Films: /).waitFor();
    await stage.steer("plex", "sections/1", { title: "Movies" });
    await stage.reset();
  }));

test("another tool's address and key take the place of a sign-in, if they can be read", () =>
  on(VIEW, async ({ page, stage }) => {
    await stage.act("other_tool", { settings: { plex_url: "two words", plex_token: ["x"] } });
    await fresh(page, stage);
    await page.getByText("PlexSync cannot read its settings: plex_token, plex_url.").waitFor();
    await shot(page, "unreadable");
    await stage.act("other_tool", { settings: { plex_url: stage.at.plex, plex_token: stage.at.token } });
    await page.waitForLoadState("networkidle");
    await page.reload();
    await page.getByRole("button", { name: "Use the address and key of Stash2Plex" }).click();
    await title(page, "Libraries");
    await stage.act("other_tool", { settings: {} });
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

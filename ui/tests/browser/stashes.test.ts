/** Stash in other shapes: one of the oldest version, one with a login, one without scenes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PLEXSYNC, minute, on } from "./browser.ts";
import { REAL } from "./stage.ts";

const simulated = { skip: REAL ? "starts simulated servers of other kinds" : false };

test("in Stash v0.27 a scene has no tab, and the page is there from Settings, Tools", simulated, () =>
  on(
    "scenes/1",
    async ({ page, stage: { at } }) => {
      await page.getByRole("tab", { name: "Details" }).waitFor();
      assert.equal(await page.getByRole("tab", { name: "Plex" }).count(), 0);
      await page.goto(`${at.stash}/settings?tab=tools`);
      await page.locator(".tab-content").getByRole("link", { name: "PlexSync" }).click();
      await page.locator("main.plexsync .ps-sentence").waitFor();
    },
    { options: { scenes: 12, version: "v0.27.2" } },
  ));

test("when the session is over, the page says so and leads to the login", simulated, () =>
  on(
    "login",
    async ({ page, stage: { at }, expected }) => {
      expected.push("401");
      await page.request.post(`${at.stash}/login`, { form: { username: "ada", password: "secret" } });
      await page.goto(`${at.stash}/${PLEXSYNC}`);
      await page.locator(".ps-sentence").waitFor();
      await page.context().clearCookies();
      await minute(page);
      await page.getByText("You are signed out of Stash.").first().waitFor();
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL("**/login?returnURL=*plexsync");
    },
    { options: { scenes: 12, username: "ada", password: "secret" }, clock: true },
  ));

test("without a scene it says that there is none yet", simulated, () =>
  on(
    PLEXSYNC,
    async ({ page }) => {
      await page.getByText("Stash has no scenes yet.").first().waitFor({ timeout: 30_000 });
    },
    { options: { scenes: 0 } },
  ));

/** The small script on Stash's other pages: the ways to the page, what it costs, and that it breaks nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { PLEXSYNC, on, stage } from "./browser.ts";
import { below } from "./prefixed.ts";

const BAR = "nav.top-nav a[href$='/plugins/plexsync']:visible";

test("Settings, Tools has one button to the page", () =>
  on("settings?tab=tools", async ({ page }) => {
    const buttons = page.locator(".tab-content").getByRole("link", { name: "PlexSync" });
    await buttons.first().waitFor();
    assert.equal(await buttons.count(), 1);
    await buttons.click();
    await page.locator("main.plexsync h1").waitFor();
  }));

test("PlexSync's box in Settings, Plugins says how things stand and keeps Stash's list a click away", () =>
  on("settings?tab=plugins", async ({ page }) => {
    await page.getByRole("link", { name: "Open PlexSync" }).waitFor();
    assert.equal(await page.getByText("Plex address", { exact: true }).count(), 0);
    await page.getByRole("button", { name: "Show the settings stored here" }).click();
    await page.getByText("Plex address", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Open PlexSync" }).click();
    await page.locator("main.plexsync h1").waitFor();
  }));

test("a scene's tab loads the page's files only when it is opened", () =>
  on("scenes/1", async ({ page }) => {
    const loaded: string[] = [];
    page.on("request", (request) => request.url().includes("/assets/page.") && loaded.push(request.url()));
    await page.getByRole("tab", { name: "Plex" }).waitFor();
    assert.deepEqual(loaded, []);
    await page.getByRole("tab", { name: "Plex" }).click();
    await page.locator("[role=tabpanel].active .ps-scene").waitFor();
    assert.equal(loaded.length, 2);
  }));

/** Make parts of Stash's libraries throw when ours are drawn; Stash itself keeps the whole ones. */
async function sabotaged(page: Page): Promise<void> {
  await page.addInitScript(() => {
    type Api = { libraries: Record<string, Record<string, unknown>> };
    const Broken = (): never => {
      throw new Error("broken on purpose");
    };
    let whole: Api | null = null;
    const broken = (api: Api): Api => {
      const { Bootstrap, ReactRouterDOM } = api.libraries;
      const Nav = Object.assign(() => Broken(), { Link: Broken, Item: Broken });
      const Tab = { ...(Bootstrap?.["Tab"] as object), Pane: Broken };
      const libraries = {
        ...api.libraries,
        Bootstrap: { ...Bootstrap, Nav, Tab },
        ReactRouterDOM: { ...ReactRouterDOM, Link: Broken, NavLink: Broken },
      };
      return { ...api, libraries };
    };
    Object.defineProperty(window, "PluginApi", { get: () => whole, set: (api: Api) => (whole = broken(api)) });
  });
  await page.reload();
}

test("whatever piece of ours throws, Stash's own stays as it is", () =>
  on("scenes/1", async ({ page, expected, stage: { at } }) => {
    expected.push("broken on purpose", "The above error occurred");
    await sabotaged(page);
    await page.getByRole("tab", { name: "Details" }).waitFor();
    await page.locator("nav.top-nav a[href$='/settings']:visible").waitFor();
    assert.equal(await page.locator(BAR).count(), 0);
    assert.equal(await page.getByRole("tab", { name: "Plex" }).count(), 0);
    await page.goto(`${at.stash}/settings?tab=tools`);
    await page.getByText("Scene Duplicate Checker").waitFor();
    await page.goto(`${at.stash}/settings?tab=plugins`);
    await page.getByText("Plex address", { exact: true }).waitFor();
    await page.goto(`${at.stash}/${PLEXSYNC}`);
    await page.getByText("PlexSync’s page could not be shown.").waitFor();
  }));

test("a kept state that nobody can draw costs the icon and nothing else", () =>
  on("", async ({ page, expected }) => {
    expected.push("TypeError", "The above error occurred");
    // Before any script runs: the answer to the page's own question would take the place of one that is set later.
    const state = JSON.stringify({ badge: "7", sentence: [null], detail: [], also: [], apart: [] });
    await page.addInitScript((kept) => localStorage.setItem("plexsync-standing", kept), state);
    await page.reload();
    await page.locator("nav.top-nav a[href$='/settings']:visible").waitFor();
    assert.equal(await page.locator(BAR).count(), 0);
  }));

test("below a reverse proxy's path all works", async () => {
  const { at } = await stage();
  await below(at.stash, (address) =>
    on("", async ({ page }) => {
      await page.locator(BAR).waitFor();
      await page.goto("about:blank");
      const outside: string[] = [];
      page.on("request", (request) => !request.url().startsWith(address) && outside.push(request.url()));
      await page.goto(`${address}/`);
      await page.locator(BAR).click();
      await page.locator("main.plexsync .ps-sentence").waitFor();
      await page.goto(`${address}/${PLEXSYNC}/history`);
      await page.locator(".ps-tabs [aria-current=page]").waitFor();
      assert.deepEqual(outside.filter((url) => !url.startsWith("data:")), []);
    }),
  );
});

test("on Stash's other pages it asks nothing while one moves about, and nothing of another origin", () =>
  on("", async ({ page, stage: { at } }) => {
    await page.locator(BAR).waitFor();
    const ours: string[] = [];
    page.on("request", (request) => {
      const isOurs = request.url().includes("/assets/page.") || request.postData()?.includes("runPluginOperation");
      if (isOurs || !request.url().startsWith(at.stash)) ours.push(request.url());
    });
    await page.locator("nav.top-nav a[href$='/scenes']:visible").click();
    await page.locator("nav.top-nav a[href$='/settings']:visible").click();
    await page.reload();
    await page.locator(BAR).waitFor();
    assert.deepEqual(ours, []);
  }));

/** The view "Settings": where each value is from, what is wrong as one types, the libraries, the folders and a test of them. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { PHONE, PLEXSYNC, holdAccessible, on } from "./browser.ts";
import type { Stage } from "./stage.ts";

const VIEW = `${PLEXSYNC}/settings`;
const shot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env["PLEXSYNC_SHOTS"];
  if (folder) await page.screenshot({ path: `${folder}/settings-${name}.png`, fullPage: true });
};
const file = (stage: Stage): Promise<string> => readFile(join(stage.at.data, "settings.toml"), "utf8");
const input = (page: Page, key: string) => page.locator(`#plexsync-${key}`);

async function opened(page: Page): Promise<void> {
  await page.getByRole("heading", { name: "Connection" }).waitFor();
  await input(page, "brake_percent").waitFor();
}

test("settings stand in groups, and the page has no serious fault of access", () =>
  on(VIEW, async ({ page, stage }) => {
    await stage.reset();
    await opened(page);
    const groups = await page.locator(".ps-sections .setting-section h2").allTextContents();
    assert.deepEqual(groups, ["Connection", "Libraries", "Folders", "Fields", "Pictures", "Schedule", "Brakes", "Expert"]);
    await page.getByLabel(/^Write to/).first().waitFor();
    await page.locator(".ps-rule-files", { hasText: "of" }).first().waitFor();
    await shot(page, "view");
    await holdAccessible(page);
  }));

test("all rows of the fields begin and end at one line, with room for the words; on a phone inputs stand below their names", () =>
  on(VIEW, async ({ page, stage }) => {
    await stage.reset();
    await opened(page);
    const boxes = async (selector: string): Promise<readonly { x: number; width: number; right: number }[]> =>
      page.locator(selector).evaluateAll((all) =>
        all.map((one) => {
          const { x, width, right } = one.getBoundingClientRect();
          return { x: Math.round(x), width: Math.round(width), right: Math.round(right) };
        }),
      );
    const selects = await boxes("select[id^=plexsync-policy_]");
    assert.ok(selects.length > 8);
    assert.deepEqual(new Set(selects.map(({ x, width }) => `${x} ${width}`)).size, 1, JSON.stringify(selects));
    assert.ok(selects.every(({ width }) => width >= 220), JSON.stringify(selects));
    assert.equal(new Set((await boxes(".ps-policy > .ps-grey")).map(({ x }) => x)).size, 1);
    assert.equal(await page.locator(".ps-policy > .ps-grey").first().evaluate((one) => getComputedStyle(one).textAlign), "left");
    await page.setViewportSize(PHONE);
    const [card] = await boxes("#connection .card");
    for (const box of [...(await boxes("#connection .ps-is-wide .ps-input")), ...(await boxes("select[id^=plexsync-policy_]"))]) {
      assert.ok(card && box.x - card.x < 20 && card.right - box.right < 20, JSON.stringify([card, box]));
    }
    await shot(page, "phone-rows");
  }));

test("Enter keeps a value once, and a token that is kept is no longer in its input", () =>
  on(VIEW, async ({ page, stage }) => {
    await stage.reset();
    await opened(page);
    const asked: string[] = [];
    page.on("request", (request) => /setting_change/.test(request.postData() ?? "") && asked.push(request.postData() ?? ""));
    const token = input(page, "plex_token");
    await token.fill(stage.at.token);
    await token.press("Enter");
    await page.locator("#plexsync-plex_token-said", { hasText: "Saved" }).waitFor();
    assert.equal(await token.inputValue(), "");
    await token.focus();
    await token.blur();
    await page.waitForTimeout(300);
    assert.equal(asked.length, 1);
    await stage.reset();
  }));

test("a wrong value is told as one types, and is not kept; a right one is kept, and put back", () =>
  on(VIEW, async ({ page, stage }) => {
    await stage.reset();
    await opened(page);
    await input(page, "brake_percent").fill("500");
    await page.getByText("It has to be a number of percent from 1 to 100.").waitFor();
    assert.ok(!(await file(stage)).includes("brake_percent"));
    await input(page, "brake_percent").fill("40");
    await input(page, "brake_percent").press("Enter");
    await page.getByText("Saved").waitFor();
    assert.match(await file(stage), /brake_percent = 40/);
    await page.getByRole("button", { name: "Ask before taking away from more than: back to 30" }).click();
    await page.getByRole("button", { name: "Ask before taking away from more than: back to 30" }).waitFor({ state: "hidden" });
    assert.ok(!(await file(stage)).includes("brake_percent"));
  }));

test("a switch and a field's rule are kept at once", () =>
  on(VIEW, async ({ page, stage }) => {
    await stage.reset();
    await opened(page);
    await input(page, "policy_genres").selectOption("mirror");
    await page.getByText("Plex shows Stash's names and no others.").waitFor();
    assert.match(await file(stage), /policy_genres = "mirror"/);
    await input(page, "paused").press("Space");
    await page.waitForFunction(() => (document.getElementById("plexsync-paused") as HTMLInputElement).checked);
    assert.match(await file(stage), /paused = true/);
    await stage.reset();
  }));

test("a value of Stash’s own list says so and is taken over", () =>
  on(VIEW, async ({ page, stage }) => {
    await stage.reset();
    await stage.ask("mutation($input: Map!) { configurePlugin(plugin_id: \"StashPlexSync\", input: $input) }", { input: { brake_items: 77 } });
    const row = page.locator(".setting", { has: page.locator("#plexsync-brake_items") });
    for (let turn = 0; turn < 40 && !(await row.getByText("from Stash’s page").isVisible()); turn += 1) {
      await page.reload();
      await opened(page);
      await page.waitForTimeout(250);
    }
    await row.getByRole("button", { name: "Take over here" }).click();
    await row.getByText("from Stash’s page").waitFor({ state: "hidden" });
    assert.match(await file(stage), /brake_items = 77/);
    await stage.ask("mutation($input: Map!) { configurePlugin(plugin_id: \"StashPlexSync\", input: $input) }", { input: {} });
    await stage.reset();
  }));

test("the connection is tried in place, also where a guest asks and where nobody answers", () =>
  on(VIEW, async ({ page, stage }) => {
    await stage.reset();
    await opened(page);
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByText(/^ ?Answers in \d+ milliseconds?, version .*, may edit \d+ librar/).waitFor();
    const match = { path_regex: "^/accounts$" };
    await stage.steer("plex", "faults", [{ kind: "status", status: 403, times: 1, match }]);
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.locator(".ps-tested", { hasText: "Use the token of the account that owns the server" }).waitFor();
    await stage.steer("plex", "down", { seconds: 60 });
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.locator(".ps-tested", { hasText: "Plex" }).waitFor();
    await stage.reset();
  }));

test("folders are tried on files of both sides, and kept by their own button", () =>
  on(VIEW, async ({ page, stage }) => {
    await stage.reset();
    await opened(page);
    const first = page.getByLabel("Rule 1: Plex sees");
    await first.waitFor();
    await first.fill("/nowhere");
    await page.getByRole("button", { name: "Test on 20 files" }).click();
    await page.locator(".ps-examples li").first().waitFor();
    await page.getByRole("button", { name: /^Use / }).first().click();
    assert.notEqual(await first.inputValue(), "/nowhere");
    await shot(page, "folders");
    await page.getByRole("button", { name: "Add folder" }).click();
    await page.getByLabel("Rule 2: Stash sees").waitFor();
    await stage.reset();
  }));

test("a setting is found by a word, and a group by its address", () =>
  on(`${VIEW}#brakes`, async ({ page, stage }) => {
    await stage.reset();
    await opened(page);
    await page.locator("#brakes").waitFor();
    await page.waitForFunction(() => window.scrollY > 500);
    await page.getByLabel("Find a setting").fill("label");
    await page.getByLabel("Label for all").first().waitFor();
    assert.equal(await input(page, "brake_percent").count(), 0);
    await page.getByLabel("Find a setting").fill("no setting has this");
    await page.getByText("No setting has these words.").waitFor();
  }));

test("another tool's settings in Stash are told, with the way to take over from it", () =>
  on(VIEW, async ({ page, stage }) => {
    await stage.reset();
    await stage.act("other_tool", { settings: { plex_url: "http://192.168.1.5:32400", plex_token: "theirs" } });
    await page.reload();
    await page.getByText("Stash2Plex is set up in Stash too").waitFor();
    await shot(page, "other-tool");
    await page.getByRole("button", { name: "Take over from it…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("plexsync adopt", { exact: true }).waitFor();
    await shot(page, "taking-over");
    await holdAccessible(page, ".modal-dialog");
    await dialog.getByRole("link", { name: "Taking over" }).click();
    await page.getByRole("heading", { name: "Taking over from another tool" }).waitFor();
    await page.getByText(/There is nothing to take over|These follow Stash/).first().waitFor({ state: "attached", timeout: 60_000 });
    await page.goto(`${stage.at.stash}/${VIEW}`);
    await stage.act("other_tool", { settings: {} });
    await page.reload();
    await opened(page);
    await page.getByText("Stash2Plex is set up in Stash too").waitFor({ state: "detached" });
  }));

test("on a phone it fits, with a choice of groups in place of the pills", () =>
  on(
    VIEW,
    async ({ page, stage }) => {
      await stage.reset();
      await opened(page);
      await page.getByLabel("Group of settings").waitFor();
      await page.locator(".ps-rule").first().waitFor();
      await shot(page, "phone");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `${wide} px wide`);
      await holdAccessible(page);
    },
    { size: PHONE },
  ));

/** From an installed plugin to the first written item: what a person presses, and how long the machine takes. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { PLEXSYNC, on } from "./browser.ts";
import type { Stage } from "./stage.ts";

const SCENES = 1_000;
const MOST_PRESSES = 12;
const MOST_SECONDS = 60;

/** Count what a person presses: clicks and keys, on every page that is loaded from now on. */
async function counted(page: Page): Promise<string[]> {
  const pressed: string[] = [];
  await page.exposeFunction("plexsyncPressed", (what: string) => pressed.push(what));
  await page.addInitScript(() => {
    const tell = (window as unknown as { plexsyncPressed: (what: string) => void }).plexsyncPressed;
    const said = (event: Event): string => (event.target as HTMLElement).textContent ?? "";
    addEventListener("click", (event) => event.isTrusted && event.detail > 0 && tell(`click: ${said(event)}`), true);
    addEventListener("keydown", (event) => event.isTrusted && tell(`key: ${event.key}`), true);
  });
  return pressed;
}

/** How many requests to Plex were no questions. */
async function writes(stage: Stage): Promise<number> {
  const told = await fetch(`${stage.at.plex}/_sim/requests?counts=1`);
  const { methods } = (await told.json()) as { methods: Record<string, number> };
  return Object.entries(methods).reduce((all, [method, number]) => (method === "GET" ? all : all + number), 0);
}

test("from an installed plugin to the first written item, with few presses and in a minute", () =>
  on(
    "",
    async ({ page, stage }) => {
      await stage.act("new_beginning");
      const pressed = await counted(page);
      const began = performance.now();
      await page.goto(`${stage.at.stash}/${PLEXSYNC}`);
      await page.getByRole("link", { name: "Set up PlexSync" }).first().click();
      await page.locator(".ps-code").waitFor();
      const before = await writes(stage);
      await stage.act("approve"); // the sign-in is not counted
      await page.getByLabel(/Movies: /).waitFor();
      const leave = page.getByRole("button", { name: "Leave all of them" });
      const start = page.getByRole("button", { name: /^Start: write to/ });
      for (let at = 0; at < MOST_PRESSES && !(await start.isVisible()); at += 1) {
        const go = page.getByRole("button", { name: "Continue", exact: true });
        await page.locator("button:enabled").filter({ hasText: /^(Continue|Leave all of them|Start: write to .*)$/ }).first().waitFor({ timeout: 60_000 });
        const heading = await page.locator("main h2").first().textContent();
        if (await start.isVisible()) break;
        await ((await leave.isVisible()) ? leave : go).click();
        await page.locator("main h2").filter({ hasNotText: heading ?? "" }).first().waitFor();
      }
      assert.equal(await writes(stage), before, "nothing is written before the start");
      await start.click();
      while ((await writes(stage)) === before) await new Promise((done) => setTimeout(done, 50));
      const seconds = (performance.now() - began) / 1000;
      console.log(`first hour: ${pressed.length} presses (${pressed.join(", ")}), ${seconds.toFixed(1)} s`);
      const kept = process.env["PLEXSYNC_FIGURES"];
      if (kept) await writeFile(kept, JSON.stringify({ presses: pressed.length, seconds, scenes: SCENES }));
      assert.ok(pressed.length <= MOST_PRESSES, pressed.join(", "));
      assert.ok(seconds <= MOST_SECONDS, `${seconds} s`);
    },
    { options: { scenes: SCENES } },
  ));

// Builds the page into plugin/: a small script for all of Stash's pages, the page itself, and a file for each view that
// is loaded when it is opened. The same source gives the same bytes; `--check` only compares.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pageScripts, pageStyles, smallScript } from "./tools/page_files.mjs";
import { ROOT } from "./tools/places.mjs";

const PLUGIN = join(ROOT, "plugin");
const SMALL = "plexsync.js";
const STYLES = "assets/page.css";
/** Bytes of the small script, of all that is loaded until a view is open, and of all files. */
const LIMITS = { small: 5_500, opened: 80_000, all: 137_000 };

/** Return the names of a file and of all that it loads at once. */
function closure(loads, name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  loads[name].imports.forEach((inner) => closure(loads, inner, found));
  return found;
}

/** Return the most bytes that are loaded until some view is open. */
function heaviest({ files, loads }, always) {
  const views = Object.values(loads).flatMap(({ dynamicImports }) => dynamicImports);
  const opened = views.map((view) => new Set([...closure(loads, "assets/page.js"), ...closure(loads, view)]));
  return Math.max(...opened.map((names) => [...names].reduce((sum, name) => sum + files[name].length, always)));
}

const scripts = await pageScripts();
const files = { ...scripts.files, [STYLES]: await pageStyles() };
const version = Object.values(files).reduce((sum, bytes) => sum.update(bytes), createHash("sha256")).digest("hex").slice(0, 12);
const built = { [SMALL]: await smallScript(version), ...files };
const old = (await readdir(join(PLUGIN, "assets")).catch(() => [])).map((name) => `assets/${name}`).filter((name) => !(name in built));
const wrong = [];
if (process.argv.includes("--check")) {
  for (const [name, bytes] of Object.entries(built)) {
    const there = await readFile(join(PLUGIN, name)).catch(() => null);
    if (!there || !there.equals(bytes)) wrong.push(`plugin/${name} is not what ui/ gives: run scripts/page`);
  }
  wrong.push(...old.map((name) => `plugin/${name} is left over: run scripts/page`));
} else {
  await mkdir(join(PLUGIN, "assets"), { recursive: true });
  await Promise.all(old.map((name) => rm(join(PLUGIN, name))));
  await Promise.all(Object.entries(built).map(([name, bytes]) => writeFile(join(PLUGIN, name), bytes)));
}
const opened = heaviest(scripts, built[SMALL].length + built[STYLES].length);
const all = Object.values(built).reduce((sum, bytes) => sum + bytes.length, 0);
console.log(`small script ${built[SMALL].length}, loaded until a view is open at most ${opened}, all files ${all} bytes`);
if (built[SMALL].length > LIMITS.small) wrong.push(`${SMALL} has more than ${LIMITS.small} bytes`);
if (opened > LIMITS.opened) wrong.push(`a view loads more than ${LIMITS.opened} bytes`);
if (all > LIMITS.all) wrong.push(`all files have more than ${LIMITS.all} bytes`);
wrong.forEach((line) => console.error(line));
process.exitCode = wrong.length ? 1 : 0;

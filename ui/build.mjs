// Builds the page into plugin/: a small script for all of Stash's pages, the page itself, and a file for each view that
// is loaded when it is opened. The same source gives the same bytes; `--check` only compares.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const PLUGIN = join(HERE, "..", "plugin");
const SMALL = "plexsync.js";
/** Bytes of the small script, and of all that is loaded until a view is open. */
const LIMITS = { small: 10_000, opened: 90_000 };
const elements = { inject: ["src/stash/jsx.ts"], jsxFactory: "h", jsxFragment: "Fragment" };
const common = { ...elements, absWorkingDir: HERE, bundle: true, minify: true, write: false, target: "es2022", charset: "utf8" };

/** Return the bytes of the small script by its name; it knows the version of all others. */
async function small(version) {
  const define = { PAGE_VERSION: JSON.stringify(version) };
  const { outputFiles } = await build({ ...common, entryPoints: ["src/everywhere/main.tsx"], format: "iife", define });
  return { [SMALL]: outputFiles[0].contents };
}

/** Return the bytes of the page's files by their names, and by the name of each view's file what it loads. */
async function page() {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: [{ in: "src/page/main.tsx", out: "page" }, { in: "src/page/page.css", out: "page" }],
    format: "esm",
    splitting: true,
    chunkNames: "[hash]",
    outdir: "assets",
    metafile: true,
  });
  const files = Object.fromEntries(outputFiles.map(({ path, contents }) => [path.slice(HERE.length + 1), contents]));
  return { files, outputs: metafile.outputs };
}

/** Return the names of a file and of all that it loads at once. */
function closure(outputs, name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  outputs[name].imports.filter(({ kind }) => kind === "import-statement").forEach(({ path }) => closure(outputs, path, found));
  return found;
}

/** Return the most bytes that are loaded until some view is open. */
function heaviest({ files, outputs }, always) {
  const views = Object.values(outputs).flatMap(({ imports }) => imports.filter(({ kind }) => kind === "dynamic-import"));
  const opened = views.map(({ path }) => new Set([...closure(outputs, "assets/page.js"), ...closure(outputs, path)]));
  return Math.max(...opened.map((names) => [...names].reduce((sum, name) => sum + files[name].length, always)));
}

const made = await page();
const version = Object.values(made.files).reduce((sum, bytes) => sum.update(bytes), createHash("sha256")).digest("hex").slice(0, 12);
const script = await small(version);
const built = { ...script, ...made.files };
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
const always = script[SMALL].length + made.files["assets/page.css"].length;
const opened = heaviest(made, always);
const all = Object.values(built).reduce((sum, bytes) => sum + bytes.length, 0);
console.log(`small script ${script[SMALL].length}, loaded until a view is open at most ${opened}, all files ${all} bytes`);
if (script[SMALL].length > LIMITS.small) wrong.push(`${SMALL} has more than ${LIMITS.small} bytes`);
if (opened > LIMITS.opened) wrong.push(`a view loads more than ${LIMITS.opened} bytes`);
wrong.forEach((line) => console.error(line));
process.exitCode = wrong.length ? 1 : 0;

// Builds the two files of the page into plugin/. The same source gives the same bytes; `--check` only compares.
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const PLUGIN = join(HERE, "..", "plugin");
const LIMITS = { "plexsync.js": 10_000, all: 130_000 };
const elements = { inject: ["src/stash/jsx.ts"], jsxFactory: "h", jsxFragment: "Fragment" };
const common = { ...elements, absWorkingDir: HERE, bundle: true, minify: true, write: false, target: "es2022", charset: "utf8" };

async function made(options) {
  const { outputFiles } = await build({ ...common, ...options });
  return outputFiles[0].contents;
}

/** Return the bytes of each file by its name in plugin/. */
async function files() {
  const page = await made({ entryPoints: ["src/page/main.tsx"], format: "esm" });
  const css = await made({ entryPoints: ["src/page/page.css"] });
  const version = createHash("sha256").update(page).update(css).digest("hex").slice(0, 12);
  const define = { PAGE_VERSION: JSON.stringify(version) };
  const small = await made({ entryPoints: ["src/everywhere/main.tsx"], format: "iife", define });
  return { "plexsync.js": small, "assets/page.js": page, "assets/page.css": css };
}

const built = await files();
const wrong = [];
let all = 0;
for (const [name, bytes] of Object.entries(built)) {
  const target = join(PLUGIN, name);
  all += bytes.length;
  if (bytes.length > (LIMITS[name] ?? Infinity)) wrong.push(`${name} has ${bytes.length} bytes, more than ${LIMITS[name]}`);
  if (process.argv.includes("--check")) {
    const there = await readFile(target).catch(() => null);
    if (!there || !there.equals(bytes)) wrong.push(`plugin/${name} is not what ui/ gives: run scripts/page`);
  } else {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
    console.log(`${String(bytes.length).padStart(7)} plugin/${name}`);
  }
}
if (all > LIMITS.all) wrong.push(`all files have ${all} bytes, more than ${LIMITS.all}`);
wrong.forEach((line) => console.error(line));
process.exitCode = wrong.length ? 1 : 0;

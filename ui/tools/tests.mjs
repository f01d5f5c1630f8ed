// Makes JavaScript of tests for node's runner.
import { readdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { BUILD, UI } from "./places.mjs";

/** Return the built files of a folder's tests, or of those whose names hold one of `wanted`. */
export async function buildTests(folder, wanted = []) {
  const names = (await readdir(join(UI, folder))).filter((name) => name.includes(".test.") || folder === "tests/shots");
  const chosen = names.filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
  const outdir = join(BUILD, folder);
  await rm(outdir, { recursive: true, force: true });
  const entryPoints = chosen.map((name) => join(folder, name));
  await build({ absWorkingDir: UI, entryPoints, outdir, bundle: true, splitting: true, platform: "node", format: "esm",
    packages: "external", outExtension: { ".js": ".mjs" }, sourcemap: "inline" });
  return chosen.map((name) => relative(process.cwd(), join(outdir, name.replace(/\.tsx?$/, ".mjs"))));
}

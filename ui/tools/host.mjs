// Builds the stand-in of Stash's interface into ui/build/host. It is for tests and the demo, never part of the plugin.
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { BUILD, UI } from "./places.mjs";

/** Build it; returns the folder. */
export async function buildHost() {
  const folder = join(BUILD, "host");
  const entryPoints = { host: "host/main.tsx", "host-style": "host/host.css" };
  const files = { outdir: join(folder, "assets"), entryNames: "[name]", chunkNames: "[name]-[hash]" };
  const define = { "process.env.NODE_ENV": '"production"' };
  await mkdir(folder, { recursive: true });
  await build({ absWorkingDir: UI, entryPoints, bundle: true, splitting: true, format: "esm", minify: true, define, ...files });
  await copyFile(join(UI, "host", "index.html"), join(folder, "index.html"));
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildHost();

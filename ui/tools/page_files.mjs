// Makes the page's files: the page itself, what its views share, and a file for each view that is loaded when it is opened.
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { build, transform } from "esbuild";
import { rollup } from "rollup";
import { UI } from "./places.mjs";

/** Browsers that know this: Chrome 94, Firefox 93, Safari 16.4. */
const COMMON = { minify: true, target: "es2022", charset: "utf8" };
/** What some views share has a file of its own from so many bytes on (not minified): many small files cost more than they spare. */
const LEAST_SHARED = 3_000;
const ELEMENTS = { jsxFactory: "h", jsxFragment: "Fragment" };
const elementsFrom = (path) => `import { h, Fragment } from ${JSON.stringify(path)};`;

/** TypeScript for the bundler, and its files made small; what makes elements has a short name of its own. */
const typescript = {
  name: "typescript",
  resolveId: (path, from) => (from ? resolve(dirname(from), path) : path),
  async load(path) {
    const isTsx = path.endsWith("x");
    const banner = isTsx ? elementsFrom(join(UI, "src", "stash", "jsx.ts")) : "";
    return (await transform(await readFile(path, "utf8"), { ...ELEMENTS, banner, loader: isTsx ? "tsx" : "ts", target: COMMON.target })).code;
  },
  async renderChunk(code) {
    const whole = { stdin: { contents: code }, bundle: true, external: ["*"], format: "esm", write: false };
    return { code: (await build({ ...COMMON, ...whole })).outputFiles[0].text, map: null };
  },
};

/** Return the scripts of the page by their names, and by each name which scripts it loads, at once and later. */
export async function pageScripts() {
  const bundle = await rollup({
    input: { page: join(UI, "src", "page", "main.tsx") },
    plugins: [typescript],
    preserveEntrySignatures: "strict", // the page has a version in its address, so what imports it by its name gets a second one
    treeshake: { moduleSideEffects: false },
    logLevel: "warn",
  });
  const { output } = await bundle.generate({
    format: "es",
    entryFileNames: "assets/[name].js",
    chunkFileNames: "assets/[hash].js",
    hashCharacters: "base36",
    generatedCode: "es2015",
    minifyInternalExports: true,
    experimentalMinChunkSize: LEAST_SHARED,
  });
  const files = Object.fromEntries(output.map(({ fileName, code }) => [fileName, Buffer.from(code)]));
  const loads = Object.fromEntries(output.map(({ fileName, imports, dynamicImports }) => [fileName, { imports, dynamicImports }]));
  return { files, loads };
}

/** Return the style sheet. */
export async function pageStyles() {
  const { outputFiles } = await build({ ...COMMON, absWorkingDir: UI, bundle: true, write: false, entryPoints: ["src/page/page.css"] });
  return outputFiles[0].contents;
}

/** Return the small script, which knows the version of all others. */
export async function smallScript(version) {
  const define = { PAGE_VERSION: JSON.stringify(version) };
  const elements = { ...ELEMENTS, inject: ["src/stash/jsx.ts"] };
  const entry = { absWorkingDir: UI, bundle: true, write: false, entryPoints: ["src/everywhere/main.tsx"], format: "iife" };
  const { outputFiles } = await build({ ...COMMON, ...elements, ...entry, define });
  return outputFiles[0].contents;
}

// Runs the tests in a browser: `node tools/browser.mjs [NAME...]`, names of files below tests/browser.
//   PLEXSYNC_STASH=URL PLEXSYNC_STASH_DATA=FOLDER   on a Stash that runs already, with the plugin installed
// All files run in one process and share one browser and one stage.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { browserProgram } from "./chromium.mjs";
import { buildHost } from "./host.mjs";
import { BUILD, PYTHON, ROOT, run } from "./places.mjs";
import { buildTests } from "./tests.mjs";

const program = browserProgram();
if (!program) {
  console.error("The tests in a browser were left out: they need Debian's package chromium (sudo apt-get install chromium).");
  process.exit(0);
}
await mkdir(BUILD, { recursive: true });
await run(PYTHON, [join(ROOT, "scripts", "bundle.py"), join(BUILD, "dist")]);
const host = await buildHost();
const files = await buildTests("tests/browser", process.argv.slice(2));
const all = join(BUILD, "tests", "browser", "all.mjs");
await writeFile(all, files.map((file) => `import ${JSON.stringify(join(process.cwd(), file))};\n`).join(""));
const environment = { ...process.env, PLEXSYNC_BROWSER: program, PLEXSYNC_HOST: host, PLEXSYNC_ZIP: join(BUILD, "dist", "StashPlexSync.zip") };
process.exitCode = await run(process.execPath, ["--test", "--test-reporter=spec", all], { env: environment });

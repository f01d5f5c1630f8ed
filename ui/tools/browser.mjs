// Runs the tests in a browser, or takes the screenshots of docs/page: `node tools/browser.mjs tests|shots [NAME...]`.
//   PLEXSYNC_STASH=URL PLEXSYNC_STASH_DATA=FOLDER   on a Stash that runs already, with the plugin installed
//   PLEXSYNC_PLEX_TV=URL                            where its plex.tv is: the tests start one there
// All files run in one process and share one browser and one stage.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { browserProgram } from "./chromium.mjs";
import { buildHost } from "./host.mjs";
import { BUILD, PYTHON, ROOT, run } from "./places.mjs";
import { buildTests } from "./tests.mjs";

/** Return what the tests are told by the environment; makes the plugin and the stand-in of Stash's interface. */
async function prepared(program) {
  await mkdir(BUILD, { recursive: true });
  await run(PYTHON, [join(ROOT, "scripts", "bundle.py"), join(BUILD, "dist")]);
  const [PLEXSYNC_HOST, PLEXSYNC_ZIP] = [await buildHost(), join(BUILD, "dist", "StashPlexSync.zip")];
  return { ...process.env, PLEXSYNC_BROWSER: program, PLEXSYNC_HOST, PLEXSYNC_ZIP };
}

async function test(env, names) {
  const files = await buildTests("tests/browser", names);
  const all = join(BUILD, "tests", "browser", "all.mjs");
  await writeFile(all, files.map((file) => `import ${JSON.stringify(join(process.cwd(), file))};\n`).join(""));
  return run(process.execPath, ["--test", "--test-reporter=spec", all], { env });
}

async function shoot(env, names) {
  const [file] = await buildTests("tests/shots");
  return run(process.execPath, [file], { env: { ...env, PLEXSYNC_SHOTS: names.join(" ") } });
}

const [what, ...names] = process.argv.slice(2);
const program = browserProgram();
if (program) {
  process.exitCode = await (what === "shots" ? shoot : test)(await prepared(program), names);
} else {
  console.error("Left out what needs a browser: Debian's package chromium is not there (sudo apt-get install chromium).");
}

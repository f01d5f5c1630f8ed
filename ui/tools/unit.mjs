// Runs the tests without a browser: `node tools/unit.mjs [NAME...]`.
import { buildTests } from "./tests.mjs";
import { run } from "./places.mjs";

const files = await buildTests("tests/unit", process.argv.slice(2));
process.exitCode = await run(process.execPath, ["--test", "--test-reporter=dot", ...files]);

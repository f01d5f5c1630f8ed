// Holds the page's code to what the house asks of it: short files, no `any`, nothing that silences the compiler.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { UI } from "./places.mjs";

const LONGEST = 300;
const MADE = ["readable.mjs", "protocol/operations.ts"];
const WORDS = [[/:\s*any\b|\bas any\b|<any>/, "any"], [/@ts-(ignore|nocheck|expect-error)/, "silences the compiler"]];

const wrong = [];
for (const folder of ["src", "host", "tests", "tools"]) {
  for (const name of await readdir(join(UI, folder), { recursive: true })) {
    if (!/\.(tsx?|mjs|css)$/.test(name) || MADE.includes(name)) continue;
    const lines = (await readFile(join(UI, folder, name), "utf8")).trimEnd().split("\n");
    if (lines.length > LONGEST) wrong.push(`ui/${folder}/${name}: ${lines.length} lines, more than ${LONGEST}`);
    lines.forEach((line, index) => {
      for (const [pattern, what] of WORDS) if (pattern.test(line)) wrong.push(`ui/${folder}/${name}:${index + 1}: ${what}`);
    });
  }
}
wrong.forEach((line) => console.error(line));
process.exitCode = wrong.length ? 1 : 0;

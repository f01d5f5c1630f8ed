// Where things are, and how a program is run.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const UI = join(dirname(fileURLToPath(import.meta.url)), "..");
export const ROOT = join(UI, "..");
export const BUILD = join(UI, "build");
export const PYTHON = join(ROOT, ".venv", "bin", "python");

/** Run a program with our own output; returns its exit code. */
export const run = (program, words, options = {}) =>
  new Promise((done) => {
    spawn(program, words, { stdio: "inherit", ...options }).on("close", (code) => done(code ?? 1));
  });

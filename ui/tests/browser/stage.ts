/** Both servers with the built plugin between them: the simulated ones, or a Stash that an environment variable names. */
import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";

const ROOT = join(process.cwd(), "..");

/** The address of a Stash that runs already; "" for the simulated one. Tests that steer the server are left out then. */
export const REAL = process.env["PLEXSYNC_STASH"] ?? "";

export interface Addresses {
  readonly stash: string;
  readonly plex: string;
  readonly token: string;
  readonly data: string;
  /** How the first folder corresponds, as the set-up shows it. */
  readonly folders: string;
}

/** What the simulated Stash is told at its start; `scenes` is how many scenes the world has. */
export interface Options {
  readonly scenes?: number;
  readonly version?: string;
  readonly username?: string;
  readonly password?: string;
  readonly max_session_age?: number;
}

export class Stage {
  private constructor(
    readonly at: Addresses,
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly lines: AsyncIterator<string>,
  ) {}

  /** Start it all. */
  static async open(options: Options = {}): Promise<Stage> {
    const simulated = { scenes: 60, interface: process.env["PLEXSYNC_HOST"], ...options };
    const chosen = JSON.stringify(REAL ? { url: REAL, data: process.env["PLEXSYNC_STASH_DATA"] } : simulated);
    const helpers = join(ROOT, "tests", "system", "helpers");
    const words = [join(helpers, "stages", "page_stage.py"), process.env["PLEXSYNC_ZIP"] ?? "", chosen];
    const env = { ...process.env, PYTHONPATH: helpers };
    const child = spawn(join(ROOT, ".venv", "bin", "python"), words, { env, stdio: ["pipe", "pipe", "pipe"] });
    child.stderr.pipe(process.stderr);
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    return new Stage((await next(lines)) as Addresses, child, lines);
  }

  /** Do one of the acts of tests/system/helpers/stages/page_stage.py. */
  async act(act: string, more: object = {}): Promise<unknown> {
    this.child.stdin.write(`${JSON.stringify({ act, ...more })}\n`);
    const told = (await next(this.lines)) as { answer?: unknown; error?: string };
    if (told.error !== undefined) throw new Error(told.error);
    return told.answer;
  }

  /** Steer a simulated server by a page below /_sim/. */
  async steer(server: "stash" | "plex", path: string, body: object = {}): Promise<unknown> {
    const told = await fetch(`${this.at[server]}/_sim/${path}`, { method: "POST", body: JSON.stringify(body) });
    return told.json();
  }

  /** Wait until the simulated Stash answers again. */
  async back(): Promise<void> {
    while (!(await fetch(this.at.stash).then(() => true, () => false))) await new Promise((done) => setTimeout(done, 100));
  }

  /** Undo what tests do to it: servers are up, the plugin is on, the settings are those of the start. */
  async reset(): Promise<void> {
    await this.act("configure", { settings: {} });
    await this.steer("plex", "down", { seconds: 0 });
    await this.enable(true);
  }

  /** Switch the plugin on or off, as Stash's page does. */
  async enable(on: boolean): Promise<void> {
    await this.ask("mutation($map: BoolMap!) { setPluginsEnabled(enabledMap: $map) }", { map: { StashPlexSync: on } });
  }

  /** Ask Stash. */
  async ask<T>(query: string, variables: object = {}): Promise<T> {
    const headers = { "Content-Type": "application/json" };
    const told = await fetch(`${this.at.stash}/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
    return ((await told.json()) as { data: T }).data;
  }

  /** End it all. */
  async close(): Promise<void> {
    const ended = new Promise((done) => this.child.on("close", done));
    this.child.stdin.end();
    await ended;
  }
}

async function next(lines: AsyncIterator<string>): Promise<unknown> {
  const { value, done } = await lines.next();
  if (done) throw new Error("the stage has ended");
  return JSON.parse(value as string) as unknown;
}

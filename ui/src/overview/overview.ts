/** The overview, until the operation of this name is there: made from the whole status. */
import { ask } from "../protocol/ask.ts";
import { statusShape } from "../protocol/operations.ts";
import type { Advice, Standing as ToldStanding } from "../protocol/operations.ts";

export type { Action, Phrase } from "../protocol/operations.ts";

/** How things stand, as the plugin tells it or as the page itself has to say (trouble.ts). */
export type Standing = Omit<ToldStanding, "kind"> & { readonly kind: string };

export interface QueueView {
  readonly scenes: number;
  readonly in_sync: number;
  readonly on_the_way: number;
  readonly waiting: number;
  readonly needs_you: number;
  readonly ignored: number;
  readonly no_file: number;
  readonly scenes_per_second: number;
  readonly seconds_left: number | null;
}

export interface ServerView {
  readonly state: string;
  readonly name: string;
  readonly version: string;
  readonly address: string;
  readonly advice: Advice | null;
  readonly since: number;
  readonly next_try_at: number;
}

export interface ServersView {
  readonly stash: ServerView;
  readonly plex: ServerView;
  readonly libraries: readonly { readonly title: string; readonly items: number }[];
  readonly folders: readonly { readonly stash: string; readonly plex: string; readonly files: number }[];
  readonly folders_origin: string;
}

export interface RunView {
  readonly id: number;
  readonly origin: string;
  readonly scope: string;
  readonly state: string;
  readonly started_at: number;
  readonly ended_at: number;
  readonly progress: number;
  readonly scenes: number;
  readonly gaps: number;
  readonly queued: number;
  readonly kinds: readonly { readonly kind: string; readonly words: string; readonly number: number }[];
}

export interface ReconcilesView {
  readonly runs: readonly RunView[];
  readonly running: RunView | null;
  readonly next_at: number;
}

export interface ActivityRow {
  readonly at: number;
  readonly run_id: number;
  readonly scene_id: number;
  readonly title: string;
  readonly scenes: number;
  readonly fields: readonly string[];
  readonly text: string;
}

export interface Overview {
  readonly at: number;
  readonly moving: boolean;
  readonly version: string;
  readonly standing: Standing;
  readonly paused: boolean;
  readonly dry_run: boolean;
  readonly queue: QueueView;
  readonly servers: ServersView;
  readonly reconciles: ReconcilesView;
  readonly activity: readonly ActivityRow[];
}

/** Ask for the overview. */
export async function askOverview(): Promise<Overview> {
  const told = await ask("status", {}, statusShape);
  const server = { state: "well", name: "", version: "", address: "", advice: null, since: 0, next_try_at: 0 };
  return {
    at: told.at,
    moving: told.queued > 0,
    version: told.agent.version,
    standing: told.standing,
    paused: told.paused,
    dry_run: told.dry_run,
    queue: {
      scenes: told.scenes, in_sync: told.links, on_the_way: told.queued, waiting: 0, needs_you: 0, ignored: 0,
      no_file: 0, scenes_per_second: 0, seconds_left: null,
    },
    servers: { stash: server, plex: server, libraries: [], folders: [], folders_origin: "" },
    reconciles: { runs: [], running: null, next_at: told.reconcile.next_at },
    activity: [],
  };
}

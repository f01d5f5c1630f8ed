/** The overview as the plugin tells it, and how things stand as the page shows it. */
import { call } from "../protocol/call.ts";
import type { Overview, Standing as ToldStanding } from "../protocol/operations.ts";

export type {
  Action, HistoryRow, Overview, Phrase, QueueView, ReconcilesView, RunView, ServerView, ServersView,
} from "../protocol/operations.ts";

/** How things stand, as the plugin tells it or as the page itself has to say (trouble.ts). */
export type KnownStanding = Omit<ToldStanding, "kind"> & { readonly kind: string };

/** Ask for the overview; throws CallError. */
export const askOverview = (): Promise<Overview> => call("overview", {});

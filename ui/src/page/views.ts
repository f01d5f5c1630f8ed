/** The views, in the order of their tabs. */
import type { ComponentType } from "../stash/index.ts";
import { History } from "./history/view.tsx";
import { NeedsYou } from "./needs_you/view.tsx";
import { Overview } from "./overview/view.tsx";
import { Queue } from "./queue/view.tsx";
import { Reconcile } from "./reconcile/view.tsx";
import { Settings } from "./settings/view.tsx";
import { Setup } from "./setup/view.tsx";

export interface View {
  /** The part of the address below PlexSync's own, "" for the first view. */
  readonly path: string;
  readonly label: string;
  readonly Content: ComponentType;
  readonly hasTab: boolean;
}

const tab = (path: string, label: string, Content: ComponentType): View => ({ path, label, Content, hasTab: true });

export const VIEWS: readonly View[] = [
  tab("", "Overview", Overview),
  tab("needs-you", "Needs you", NeedsYou),
  tab("reconcile", "Reconcile", Reconcile),
  tab("queue", "Queue", Queue),
  tab("history", "History", History),
  tab("settings", "Settings", Settings),
  { path: "setup", label: "Set up PlexSync", Content: Setup, hasTab: false },
];

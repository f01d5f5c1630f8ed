/** The views, in the order of their tabs. */
import type { ComponentType } from "../stash/index.ts";
import { later } from "../parts/later.tsx";
import { Overview } from "./overview/view.tsx";

export interface View {
  /** The part of the address below PlexSync's own, "" for the first view. */
  readonly path: string;
  readonly label: string;
  readonly Content: ComponentType;
  readonly hasTab: boolean;
}

const tab = (path: string, label: string, Content: ComponentType): View => ({ path, label, Content, hasTab: true });

const History = later(() => import("./history/view.tsx").then((one) => one.History));
const NeedsYou = later(() => import("./needs_you/view.tsx").then((one) => one.NeedsYou));
const Queue = later(() => import("./queue/view.tsx").then((one) => one.Queue));
const Reconcile = later(() => import("./reconcile/view.tsx").then((one) => one.Reconcile));
const Settings = later(() => import("./settings/view.tsx").then((one) => one.Settings));
const Setup = later(() => import("./setup/view.tsx").then((one) => one.Setup));

export const VIEWS: readonly View[] = [
  tab("", "Overview", Overview),
  tab("needs-you", "Needs you", NeedsYou),
  tab("reconcile", "Reconcile", Reconcile),
  tab("queue", "Queue", Queue),
  tab("history", "History", History),
  tab("settings", "Settings", Settings),
  { path: "setup", label: "Set up PlexSync", Content: Setup, hasTab: false },
];

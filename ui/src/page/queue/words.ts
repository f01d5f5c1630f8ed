/** The view's words. */
import type { QueueRow } from "../../protocol/operations.ts";
import { ago, onDay } from "../../words/time.ts";

const ORIGINS: Readonly<Record<string, string>> = {
  feed: "edited in Stash",
  scan: "new in Stash",
  plex: "changed in Plex",
  reconcile: "found by a reconcile",
  task: "asked for by a task",
};

/** "edited in Stash 4 min ago", or why it waits and until when. */
export function why({ lane, row }: QueueRow, now: number, locale: string): string {
  const { job, advice } = row;
  if (lane === "waiting" && advice) return `${advice.text} Tried again ${ago(job.due_at, now, locale)}.`;
  if (lane === "parked" && advice) {
    return job.parked_at > 0 ? `${advice.text} Since ${onDay(job.parked_at, now, locale)}.` : advice.text;
  }
  return `${ORIGINS[job.origin] ?? "asked for"} ${ago(job.wanted_at, now, locale)}`;
}

import { React } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";

/** How much is done, beside words that say it. */
export const Bar = ({ done, all }: { readonly done: number; readonly all: number }): ReactElement => (
  <div className="progress ps-progress" aria-hidden>
    <div className="progress-bar" style={{ width: `${(100 * Math.min(done, all)) / Math.max(1, all)}%` }} />
  </div>
);

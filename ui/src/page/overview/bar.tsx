/** All scenes as one bar, by what becomes of them. */
import { Link, React, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import type { QueueView } from "../../overview/overview.ts";
import { written } from "../../words/numbers.ts";

/** So wide is a part at least, in per cent, however few scenes it stands for. */
const LEAST = 0.6;

interface Part {
  readonly name: string;
  readonly scenes: number;
  readonly words: string;
  readonly link: string;
}

/** Return how many scenes are queued, with the words for it: nothing is on its way while Plex is away. */
function onTheWay(scenes: number, isHeldUp: boolean): Pick<Part, "scenes" | "words"> {
  const one = scenes === 1;
  const held = `${one ? "waits" : "wait"} for Plex to come back`;
  return { scenes, words: isHeldUp ? held : `on ${one ? "its" : "their"} way` };
}

/** Return the words for those that wait: while Plex is away, these are not the ones that wait for it. */
const waits = (scenes: number, isHeldUp: boolean): string => `${scenes === 1 ? "waits" : "wait"}${isHeldUp ? " for something else" : ""}`;

/** Return the parts that hold a scene. */
export const partsOf = (queue: QueueView, isHeldUp: boolean): readonly Part[] =>
  [
    { name: "in-sync", scenes: queue.in_sync, words: "in sync", link: "" },
    { name: isHeldUp ? "waiting" : "on-the-way", ...onTheWay(queue.on_the_way, isHeldUp), link: "queue" },
    { name: "waiting", scenes: queue.waiting, words: waits(queue.waiting, isHeldUp), link: "queue?show=waiting" },
    { name: "needs-you", scenes: queue.needs_you, words: queue.needs_you === 1 ? "needs you" : "need you", link: "needs-you" },
  ].filter((part) => part.scenes > 0);

/** Return each part's width in per cent: in proportion, but none below the least, and 100 in all. */
export function widthsOf(parts: readonly Part[]): readonly number[] {
  const all = parts.reduce((sum, part) => sum + part.scenes, 0);
  const shares = parts.map((part) => Math.max(LEAST, (100 * part.scenes) / all));
  const excess = shares.reduce((sum, share) => sum + share, 0) - 100;
  const largest = Math.max(...shares);
  return shares.map((share) => (share === largest ? share - excess : share));
}

interface BarProps {
  readonly queue: QueueView;
  /** A legend stands only where it says what the sentence does not. */
  readonly hasLegend: boolean;
  readonly isHeldUp?: boolean;
}

export function Bar({ queue, hasLegend, isHeldUp = false }: BarProps): ReactElement | null {
  const { locale } = useIntl();
  const parts = partsOf(queue, isHeldUp);
  const widths = widthsOf(parts);
  if (parts.length === 0) return null;
  const told = parts.map((part) => `${written(part.scenes, locale)} ${part.words}`);
  return (
    <div className="ps-shares-and-legend">
      <div className="ps-shares" role="img" aria-label={told.join(", ")}>
        {parts.map((part, at) => (
          <span key={part.words} className={`ps-is-${part.name}`} style={{ width: `${widths[at]}%` }} />
        ))}
      </div>
      {hasLegend && (
        <ul className="ps-legend">
          {parts.map((part, at) => (
            <li key={part.words}>
              <i className={`ps-is-${part.name}`} />
              {part.link ? <Link to={`${ADDRESS}/${part.link}`}>{told[at]}</Link> : told[at]}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The gaps of the last runs as bars, oldest left; a run without one is a green dot. A click leads to the run. */
import { React, useHistory } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import type { RunView } from "../../overview/overview.ts";
import { counted } from "../../words/numbers.ts";
import { KIND_NAMES } from "../reconcile/words.ts";

const COLOURS: Readonly<Record<string, string>> = {
  stale: "#79c4ff",
  missing: "#ad99ff",
  drift: "#ffb366",
  empty: "#66d9e8",
  ambiguous: "#ff8fc7",
  unmapped: "#ffe066",
};
const OTHER = "#bfccd6";
const [HEIGHT, STEP, WIDTH] = [70, 26, 16] as const;

/** Return the height of a number of gaps: by its root, so that 47 does not flatten 2. */
export const heightOf = (gaps: number, most: number): number =>
  gaps === 0 ? 0 : Math.max(3, (HEIGHT * Math.sqrt(gaps)) / Math.sqrt(most));

interface ChartProps {
  /** Newest first. */
  readonly runs: readonly RunView[];
  readonly locale: string;
}

export function Chart({ runs, locale }: ChartProps): ReactElement | null {
  const shown = [...runs].reverse();
  const most = Math.max(1, ...shown.map((run) => run.gaps));
  const kinds = new Map(shown.flatMap((run) => run.kinds.map(({ kind, words }) => [kind, KIND_NAMES[kind] ?? words] as const)));
  const found = shown.filter((run) => run.gaps > 0).length;
  const history = useHistory();
  if (found === 0) return null;
  const isOne = shown.length === 1;
  const last = isOne ? "run" : counted(shown.length, "run", locale);
  const gaps = counted(most, "gap", locale);
  const label = isOne ? `The last run found ${gaps}.` : `${found} of the last ${last} found gaps, ${gaps} at most.`;
  return (
    <figure className="ps-chart">
      <svg viewBox={`0 0 ${STEP * shown.length} ${HEIGHT + 6}`} role="img" aria-label={label}>
        {shown.map((run, at) => (
          <g key={run.id} className="ps-column" onClick={() => history.push(`${ADDRESS}/history/${run.id}`)}>
            <Column run={run} left={STEP * at + (STEP - WIDTH) / 2} most={most} />
          </g>
        ))}
        <line x1="0" x2={STEP * shown.length} y1={HEIGHT + 5.5} y2={HEIGHT + 5.5} stroke="#8a9ba8" />
      </svg>
      <figcaption className="ps-legend">
        {[...kinds].map(([kind, words]) => (
          <span key={kind}>
            <i style={{ background: COLOURS[kind] ?? OTHER }} />
            {words}
          </span>
        ))}
        <span className="ml-auto">gaps found, last {last}</span>
      </figcaption>
    </figure>
  );
}

function Column({ run, left, most }: { readonly run: RunView; readonly left: number; readonly most: number }): ReactElement {
  if (run.gaps === 0) return <circle cx={left + WIDTH / 2} cy={HEIGHT} r="2.5" fill="#3dcc91" />;
  const all = run.kinds.reduce((sum, { number }) => sum + number, 0) || 1;
  let bottom = HEIGHT + 5;
  return (
    <>
      {run.kinds
        .filter(({ number }) => number > 0)
        .map(({ kind, number }) => {
          const height = (heightOf(run.gaps, most) * number) / all;
          bottom -= height;
          return <rect key={kind} x={left} y={bottom} width={WIDTH} height={Math.max(1, height - 1)} fill={COLOURS[kind] ?? OTHER} />;
        })}
    </>
  );
}

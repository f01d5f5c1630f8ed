import { React, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import type { ReconcilesView, RunView } from "../../overview/overview.ts";
import { SmallLink } from "../../parts/buttons.tsx";
import { Card } from "../../parts/card.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Coming, Time } from "../../parts/time.tsx";
import { counted } from "../../words/numbers.ts";
import { usePage } from "../context.tsx";
import { Chart } from "./chart.tsx";

const ENDS: Readonly<Record<string, string>> = {
  failed: "it failed",
  cancelled: "it was stopped",
  braked: "stopped to be safe",
};

/** The last and the next reconcile, and the gaps of the runs before. */
export function ReconcileCard({ of }: { readonly of: ReconcilesView }): ReactElement {
  const { locale } = useIntl();
  const { now } = usePage();
  const [last] = of.runs;
  const preview = (
    <SmallLink to={`${ADDRESS}/reconcile`}>
      Preview now
    </SmallLink>
  );
  const running = of.running && `${of.running.scope}: ${Math.floor(100 * of.running.progress)} % compared`;
  return (
    <Card title="Reconcile" beside={preview}>
      <Facts
        of={[
          ["Now", running],
          ["Last", last ? <Last run={last} now={now} locale={locale} /> : "None so far."],
          ["Next", of.next_at ? <Next at={of.next_at} now={now} /> : "None by itself; set a schedule in Settings."],
        ]}
      />
      <Chart runs={of.runs} locale={locale} />
    </Card>
  );
}

const Next = ({ at, now }: { readonly at: number; readonly now: number }): ReactElement => (
  <>
    <Coming at={at} now={now} />, by itself
  </>
);

interface LastProps {
  readonly run: RunView;
  readonly now: number;
  readonly locale: string;
}

const Last = ({ run, now, locale }: LastProps): ReactElement => (
  <>
    <Time at={run.started_at} now={now} />, {run.scope}: {ENDS[run.state] ?? found(run, locale)}
  </>
);

function found({ gaps, queued }: RunView, locale: string): string {
  if (gaps === 0) return "nothing to do";
  return `${counted(gaps, "gap", locale)} found${queued > 0 ? `, ${counted(queued, "scene", locale)} queued` : ""}`;
}

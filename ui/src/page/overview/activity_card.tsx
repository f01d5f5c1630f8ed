import { Link, React, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import type { HistoryRow } from "../../overview/overview.ts";
import { Empty } from "../../parts/answers.tsx";
import { Card } from "../../parts/card.tsx";
import { Time } from "../../parts/time.tsx";
import { counted } from "../../words/numbers.ts";
import { usePage } from "../context.tsx";
import { named } from "../history/words.ts";

/** What was written last, one row for each cause. */
export function ActivityCard({ of }: { readonly of: readonly HistoryRow[] }): ReactElement {
  const { now } = usePage();
  const all = <Link to={`${ADDRESS}/history`}>All history</Link>;
  return (
    <Card title="Recent activity" beside={of.length > 0 ? all : null}>
      {of.length === 0 ? (
        <Empty>Nothing was written so far. Each edit that reaches Plex is listed here.</Empty>
      ) : (
        <ul className="ps-rows">
          {of.map((row, at) => (
            <li key={at}>
              <span className="text-muted">
                <Time at={row.at} now={now} />
              </span>
              <Row of={row} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Row({ of }: { readonly of: HistoryRow }): ReactElement {
  const { locale } = useIntl();
  const fields = named(of.fields);
  return (
    <span>
      <Link className="ps-link" to={`${ADDRESS}/history/${of.run}`}>
        {of.what}
      </Link>{" "}
      {of.about}{" "}
      <span className="text-muted">{of.scenes > 1 ? `${fields} of ${counted(of.scenes, "scene", locale)}` : fields}</span>
    </span>
  );
}

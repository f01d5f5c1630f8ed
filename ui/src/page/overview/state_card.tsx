import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Loading } from "../../parts/answers.tsx";
import { Card } from "../../parts/card.tsx";
import { Sentence } from "../../parts/sentence.tsx";
import { StateIcon } from "../../parts/state_icon.tsx";
import { usePage } from "../context.tsx";
import { ADDRESS } from "../../everywhere/address.ts";

/** How things stand: icon, one sentence, one line below it. */
export function StateCard(): ReactElement {
  const { known } = usePage();
  const { standing, trouble, overview } = known;
  if (!standing) return <Card>{trouble ? <p role="alert">{trouble.message}</p> : <Loading />}</Card>;
  const now = overview?.at ?? Date.now() / 1000;
  return (
    <Card className="plexsync-state">
      <StateIcon icon={standing.icon} colour={standing.colour} turns={standing.kind === "working"} />
      <div>
        <p className="plexsync-sentence" role="status">
          <Sentence of={standing.sentence} base={ADDRESS} now={now} />
        </p>
        {[standing.detail, standing.also].map((line, at) =>
          line.length > 0 ? (
            <p key={at} className="text-muted">
              <Sentence of={line} base={ADDRESS} now={now} />
            </p>
          ) : null,
        )}
      </div>
    </Card>
  );
}

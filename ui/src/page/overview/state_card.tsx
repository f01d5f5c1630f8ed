import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Loading } from "../../parts/answers.tsx";
import { Card } from "../../parts/card.tsx";
import { Sentence } from "../../parts/sentence.tsx";
import { StateIcon } from "../../parts/state_icon.tsx";
import { usePage } from "../context.tsx";
import { Actions } from "./actions.tsx";

/** How things stand: icon, one sentence, a line or two below it, and what to do. */
export function StateCard(): ReactElement {
  const { standing, overview } = usePage().known;
  if (!standing) return <Card>{<Loading />}</Card>;
  const now = overview?.at ?? Date.now() / 1000;
  return (
    <Card className="plexsync-state">
      <StateIcon icon={standing.icon} colour={standing.colour} turns={standing.kind === "working"} />
      <div>
        <p className="plexsync-sentence">
          <Sentence of={standing.sentence} now={now} />
        </p>
        {[standing.detail, standing.also].map((line, at) =>
          line.length > 0 ? (
            <p key={at} className="text-muted">
              <Sentence of={line} now={now} />
            </p>
          ) : null,
        )}
      </div>
      <Actions of={standing.actions} />
    </Card>
  );
}

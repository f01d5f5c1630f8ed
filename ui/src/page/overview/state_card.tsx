import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Loading } from "../../parts/answers.tsx";
import { Card } from "../../parts/card.tsx";
import { Sentence } from "../../parts/sentence.tsx";
import { StateIcon } from "../../parts/state_icon.tsx";
import { usePage } from "../context.tsx";
import { Actions } from "./actions.tsx";
import { Bar } from "./bar.tsx";

/** States whose sentence does not say all that the bar shows. */
const WITH_LEGEND: readonly string[] = ["working", "plex_away", "plex_starting", "stash_away"];
const WITHOUT_BAR: readonly string[] = ["not_set_up", "empty"];

/** How things stand: icon, one sentence, a line or two below it, what to do, and all scenes as a bar. */
export function StateCard(): ReactElement {
  const { known, now } = usePage();
  const { standing, overview } = known;
  if (!standing) return <Card>{<Loading />}</Card>;
  const { kind } = standing;
  return (
    <Card className="ps-state">
      <StateIcon icon={standing.icon} colour={standing.colour} turns={kind === "working"} />
      <div className="ps-said">
        <p className="ps-sentence">
          <Sentence of={standing.sentence} now={now} />
        </p>
        {[standing.detail, standing.also, standing.apart].map((line, at) =>
          line.length > 0 ? (
            <p key={at} className="text-muted">
              <Sentence of={line} now={now} />
            </p>
          ) : null,
        )}
      </div>
      <Actions of={standing.actions} />
      {overview && !WITHOUT_BAR.includes(kind) && (
        <Bar
          queue={overview.queue}
          hasLegend={WITH_LEGEND.includes(kind)}
          isHeldUp={kind.startsWith("plex_")}
        />
      )}
    </Card>
  );
}

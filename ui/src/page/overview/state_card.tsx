import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Loading } from "../../parts/answers.tsx";
import { Card } from "../../parts/card.tsx";
import { StateIcon } from "../../parts/state_icon.tsx";
import { usePage } from "../context.tsx";

/** The state: icon, one sentence, one line below it. */
export function StateCard(): ReactElement {
  const { known } = usePage();
  const { state } = known;
  if (!state) return <Card>{known.trouble ? <p role="alert">{known.trouble.message}</p> : <Loading />}</Card>;
  return (
    <Card className="plexsync-state">
      <StateIcon kind={state.kind} />
      <div>
        <p className="plexsync-sentence" role="status">
          {state.sentence}
        </p>
        {state.second ? <p className="text-muted">{state.second}</p> : null}
      </div>
    </Card>
  );
}

/** The view "Reconcile": what differs, looked at before it is written. */
import { Button, React, useEffect, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Empty, ErrorBox, Loading } from "../../parts/answers.tsx";
import { Card } from "../../parts/card.tsx";
import { Sentence } from "../../parts/sentence.tsx";
import { useAct } from "../../parts/use_act.ts";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import type { PreviewState, RunState } from "../../protocol/operations.ts";
import { troubleOf } from "../../words/advice.ts";
import { counted } from "../../words/numbers.ts";
import { onDay } from "../../words/time.ts";
import { usePage } from "../context.tsx";
import { BrakeCard } from "./brake_card.tsx";
import { Changes } from "./changes.tsx";
import { Filters } from "./filters.tsx";
import { PreviewProgress } from "./preview_progress.tsx";
import { isFor } from "./query.ts";
import type { Query } from "./query.ts";
import { RequestBar } from "./request_bar.tsx";
import { RunLine, isMoving } from "./run_line.tsx";
import { SceneDialog } from "./scene_dialog.tsx";
import { useQuery } from "./use_query.ts";
import { aged } from "./words.ts";

const isMade = ({ state }: PreviewState): boolean => state === "starting" || state === "running";
const argumentsOf = ({ scope, begin, end, kinds }: Query) => ({ scope, begin, end, kinds });

export function Reconcile(): ReactElement {
  const { locale } = useIntl();
  const { store, now } = usePage();
  const [query, change] = useQuery();
  const preview = usePolled(() => call("preview", {}), isMade);
  const [command, setCommand] = useState(0);
  const since = preview.value?.state === "done" ? Math.ceil(preview.value.ended_at) : 0;
  const run = usePolled(() => call("reconcile_state", { command, since }), isMoving);
  useEffect(run.refresh, [since]);
  const [scene, open] = useState<number | null>(null);
  const act = useAct();
  const compare = (): void => {
    setCommand(0);
    act.run(() => call("preview_start", argumentsOf(query)), preview.take);
  };
  const write = (allowed: boolean): void =>
    act.run(
      () => call("reconcile_start", { ...argumentsOf(query), deep: done?.deep ?? false, allowed }),
      (state) => {
        setCommand(state.command);
        run.take(state);
        void store.refresh();
      },
    );
  const made = preview.value;
  const going = run.value;
  const isOurs = made?.state === "done" && isFor(query, made);
  const done = isOurs ? made : null;
  const brakes = brakesOf(going, command, done);
  const busy = act.busy || (going !== null && isMoving(going)) || (made !== null && isMade(made));
  return (
    <>
      <Card>
        <h2 className="sr-only">What to compare</h2>
        <RequestBar asked={query} change={change}>
          <div className="ps-buttons ps-right">
            {/* Preview stays where it was: a second click on it writes nothing. */}
            {done && done.changes + missingIn(done) > 0 && (
              <Button variant="primary" disabled={busy || brakes.length > 0} onClick={() => write(false)}>
                {done.changes > 0 ? `Write ${counted(done.changes, "change", locale)}` : "Queue what is missing"}
              </Button>
            )}
            <Button variant={done ? "secondary" : "primary"} disabled={busy} onClick={compare}>
              {done ? "Preview again" : "Preview"}
            </Button>
          </div>
        </RequestBar>
        {made && isMade(made) ? (
          <PreviewProgress of={made} onStop={() => call("preview_cancel", {}).then(preview.take)} />
        ) : (
          <p className="ps-grey ps-found">
            {said(made, done, locale, now, going?.since ?? 0)}
            {done && <Sentence of={done.found} now={now} />}
            {done && going ? aged(going.since, locale) : ""}
          </p>
        )}
        {made?.trouble && made.state !== "done" && <ErrorBox error={troubleOf(made.trouble)} />}
        {going && isTold(going, command) && <RunLine run={going} onRun={run.take} refresh={run.refresh} />}
        {going?.trouble && command > 0 && <ErrorBox error={troubleOf(going.trouble)} />}
        {[act.error, preview.error, run.error].map((one) => one && <ErrorBox key={one.message} error={one} />)}
        {!made && !preview.error && <Loading />}
      </Card>
      {brakes.length > 0 && (
        <BrakeCard
          brakes={brakes}
          taking={done?.taking ?? going?.taking ?? 0}
          linked={done?.linked ?? going?.linked ?? 0}
          losses={done?.losses ?? []}
          busy={busy}
          onShow={() => (done ? change({ chip: "taken_away", field: "", text: "" }) : compare())}
          onAllow={() => write(true)}
        />
      )}
      {done && (
        <Card>
          <h2 className="sr-only">What would change</h2>
          {done.changes + done.locks + Object.keys(done.kinds_found).length > 0 ? (
            <>
              <Filters of={done} seen={query} change={change} />
              <Changes of={done} seen={query} onOpen={open} />
            </>
          ) : (
            <Empty>No changes: Stash and Plex say the same in {counted(done.became["equal"] ?? 0, "scene", locale)}.</Empty>
          )}
        </Card>
      )}
      {scene === null ? null : <SceneDialog scene={scene} onClose={() => open(null)} />}
    </>
  );
}

const missingIn = (done: PreviewState): number => done.became["missing"] ?? 0;

/** What would stop the run of this preview, or has stopped the run that was asked for. */
function brakesOf(run: RunState | null, command: number, done: PreviewState | null): PreviewState["brakes"] {
  if (run && isMoving(run)) return [];
  if (run?.phase === "braked" && (command > 0 || !done)) return run.brakes;
  return command > 0 ? [] : (done?.brakes ?? []);
}

/** A run is told of while it moves, where it has left a rest, and at its end if it was begun here. */
const isTold = (run: RunState, command: number): boolean =>
  isMoving(run) || run.phase === "stopped" || (command > 0 && run.phase === "done");

function said(made: PreviewState | null, done: PreviewState | null, locale: string, now: number, since: number): string {
  if (done) return `Preview of ${onDay(done.asked_at, now, locale)}. ${since > 0 ? "" : "Nothing has been written. "}`;
  if (made?.state === "done") return "The last preview compared something else. A preview writes nothing.";
  return made ? "Nothing compared yet. A preview takes a few seconds and writes nothing." : "";
}

/** A run that compares, writes, or was stopped: how far it is, and what can be done about it. */
import { Link, React, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import { ErrorBox } from "../../parts/answers.tsx";
import { Bar } from "../../parts/bar.tsx";
import { PlainButton } from "../../parts/buttons.tsx";
import { useAct } from "../../parts/use_act.ts";
import { call } from "../../protocol/call.ts";
import type { RunState } from "../../protocol/operations.ts";
import { counted, written } from "../../words/numbers.ts";
import { comparing, writing } from "./words.ts";

interface RunLineProps {
  readonly run: RunState;
  readonly onRun: (run: RunState) => void;
  readonly refresh: () => void;
}

export const isMoving = ({ phase }: RunState): boolean => phase === "comparing" || phase === "writing";

export function RunLine({ run, onRun, refresh }: RunLineProps): ReactElement | null {
  const { locale } = useIntl();
  const { busy, error, run: act } = useAct();
  const stop = (): void => act(() => call("reconcile_stop", {}).then(onRun), refresh);
  return (
    <div className="ps-run">
      {isMoving(run) ? (
        <>
          <span role="status">{run.phase === "comparing" ? comparing(run.compared, run.total, locale) : writing(run, locale)}</span>
          <RunBar of={run} />
          <PlainButton disabled={busy} onClick={stop}>
            {run.phase === "comparing" ? "Cancel" : "Stop"}
          </PlainButton>
        </>
      ) : (
        <>
          <span role="status">{ended(run, locale)}</span>
          {run.changes > 0 && (
            <Link className="btn btn-secondary" to={`${ADDRESS}/history/${run.run}`}>
              {run.phase === "stopped" ? `Undo the ${written(run.changes, locale)}…` : "See it in History"}
            </Link>
          )}
          {run.phase === "stopped" && (
            <>
              <PlainButton disabled={busy} onClick={() => act(() => call("reconcile_resume", {}), refresh)}>
                Go on
              </PlainButton>
              <PlainButton disabled={busy} onClick={() => act(() => call("reconcile_remove_rest", {}), refresh)}>
                Remove the rest
              </PlainButton>
            </>
          )}
        </>
      )}
      <ErrorBox error={error} />
    </div>
  );
}

function ended(run: RunState, locale: string): string {
  const changes = counted(run.changes, "change", locale);
  if (run.phase === "stopped") {
    return `Stopped after ${changes}. The rest, ${counted(run.stopped, "scene", locale)}, waits in the queue.`;
  }
  if (run.scenes === 0 && run.already_queued > 0) {
    return `Done: ${counted(run.already_queued, "scene", locale)} ${run.already_queued === 1 ? "was" : "were"} in the queue already.`;
  }
  return run.changes > 0 ? `Done: ${changes} in ${counted(run.written, "scene", locale)}.` : "Done: nothing was to be written.";
}

/** How far it is, beside its words. */
function RunBar({ of }: { readonly of: RunState }): ReactElement {
  const [done, all] = of.phase === "comparing" ? [of.compared, of.total] : [of.written, of.scenes];
  return <Bar done={done} all={all} />;
}

/** A survey of all scenes, which goes on in the background: begun, followed, and begun anew. */
import { React, useEffect } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { useAct } from "../../parts/use_act.ts";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import type { SetupPreview } from "../../protocol/operations.ts";
import { told } from "../../words/advice.ts";
import { PreviewProgress } from "../reconcile/preview_progress.tsx";

const isMade = ({ state }: SetupPreview): boolean => state === "starting" || state === "running";

/** A survey: what it found once it is done, and how it stands until then. */
export interface Survey {
  readonly found: SetupPreview | null;
  readonly progress: ReactElement | null;
  /** Take an answer that came by another way, such as a button's. */
  readonly take: (view: SetupPreview) => void;
  readonly anew: () => void;
}

/** Have all scenes looked at, unless what was found last still fits. Where it is `seen`, a person may start by it. */
export function useSurvey(seen: boolean, recheck: () => void): Survey {
  const { value, error, take, refresh } = usePolled(() => call("setup_preview", { seen }), isMade);
  const begin = useAct();
  const run = (anew: boolean): void => begin.run(() => call("setup_preview_start", { anew }), take);
  useEffect(() => run(false), []);
  const again = (): void => (run(true), recheck());
  const isSettled = value !== null && !begin.busy;
  const failed = isSettled && !isMade(value) && value.trouble ? told(value.trouble) : "";
  const progress = (
    <>
      {error && !begin.busy && <ErrorBox error={error} again={refresh} />}
      <ErrorBox error={begin.error} again={again} />
      {failed && <ErrorBox error={new Error(failed)} again={again} />}
      {(begin.busy || (!value && !error)) && <Loading />}
      {isSettled && isMade(value) && <PreviewProgress of={value} onStop={() => call("preview_cancel", {}).then(refresh)} />}
    </>
  );
  return { found: isSettled && value.state === "done" ? value : null, progress, take, anew: () => run(true) };
}

import { React, useEffect, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { call } from "../../protocol/call.ts";
import type { Clearing } from "../../protocol/operations.ts";
import { counted, written } from "../../words/numbers.ts";

interface ClearDialogProps {
  readonly onCancel: () => void;
  readonly onCleared: (words: string) => void;
}

/** The question before the queue is cleared: it says what is lost. */
export function ClearDialog({ onCancel, onCleared }: ClearDialogProps): ReactElement {
  const { locale } = useIntl();
  const [asked, take] = useState<Clearing | null>(null);
  const [error, fail] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const asking = new AbortController();
    call("queue_clearing", {}, asking.signal)
      .then(take)
      .catch((problem: unknown) => asking.signal.aborted || fail(problem as Error));
    return () => asking.abort();
  }, []);
  const clear = (): void => {
    setBusy(true);
    call("queue_clear", {})
      .then(({ removed }) => onCleared(`${counted(removed, "scene", locale)} cleared.`))
      .catch((problem: unknown) => {
        fail(problem as Error);
        setBusy(false);
      });
  };
  return (
    <Dialog
      title={asked ? `Clear ${counted(asked.scenes, "scene", locale)} from the queue?` : "Clear the queue?"}
      accept={asked ? `Clear ${written(asked.scenes, locale)}` : "Clear"}
      busy={busy || !asked}
      onAccept={clear}
      onCancel={onCancel}
    >
      <ErrorBox error={error} />
      {asked ? asked.lost.text : <Loading />}
    </Dialog>
  );
}

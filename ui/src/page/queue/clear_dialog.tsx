import { React, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { useAct } from "../../parts/use_act.ts";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import { counted, written } from "../../words/numbers.ts";

interface ClearDialogProps {
  readonly onCancel: () => void;
  readonly onCleared: (words: string) => void;
}

/** The question before the queue is cleared: it says what is lost. */
export function ClearDialog({ onCancel, onCleared }: ClearDialogProps): ReactElement {
  const { locale } = useIntl();
  const { value: asked, error } = usePolled((signal) => call("queue_clearing", {}, signal));
  const clearing = useAct();
  return (
    <Dialog
      title={asked ? `Clear ${counted(asked.scenes, "scene", locale)} from the queue?` : "Clear the queue?"}
      accept={asked ? `Clear ${written(asked.scenes, locale)}` : "Clear"}
      busy={clearing.busy || !asked}
      onAccept={() => clearing.run(() => call("queue_clear", {}), ({ removed }) => onCleared(`${counted(removed, "scene", locale)} cleared.`))}
      onCancel={onCancel}
    >
      <ErrorBox error={error ?? clearing.error} />
      {asked ? asked.lost.text : <Loading />}
    </Dialog>
  );
}

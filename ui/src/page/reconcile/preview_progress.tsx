import { React, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox } from "../../parts/answers.tsx";
import { Bar } from "../../parts/bar.tsx";
import { PlainButton } from "../../parts/buttons.tsx";
import { comparing } from "./words.ts";

interface PreviewProgressProps {
  readonly of: { readonly compared: number; readonly total: number };
  readonly onStop: () => Promise<unknown>;
}

/** A preview that is being made: how far it is, and how to stop it. */
export function PreviewProgress({ of, onStop }: PreviewProgressProps): ReactElement {
  const { locale } = useIntl();
  const [error, fail] = useState<Error | null>(null);
  const [asked, ask] = useState(false);
  const cancel = (): void => {
    ask(true);
    onStop().catch(fail);
  };
  return (
    <div className="ps-run">
      <span role="status">{asked ? "Stopping…" : comparing(of.compared, of.total, locale)}</span>
      <Bar done={of.compared} all={of.total} />
      <PlainButton disabled={asked} onClick={cancel}>
        Cancel
      </PlainButton>
      <ErrorBox error={error} />
    </div>
  );
}

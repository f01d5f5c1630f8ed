import { React, useEffect, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { Select } from "../../parts/inputs.tsx";
import { useAct } from "../../parts/use_act.ts";
import { call } from "../../protocol/call.ts";
import type { Arguments } from "../../protocol/call.ts";
import type { FieldChoice } from "../../protocol/operations.ts";
import { Go, StepCard } from "./step_card.tsx";
import type { StepProps } from "./step_card.tsx";
import { shown } from "./value.ts";

/** What is done with each field, with an example of the person's own library. */
export function Fields({ next, recheck }: StepProps): ReactElement {
  const [rows, setRows] = useState<readonly FieldChoice[] | null>(null);
  const reading = useAct();
  const save = useAct();
  const run = (): void => reading.run(() => call("setup_fields", {}), (found) => setRows(found.fields));
  useEffect(run, []);
  const choose = (field: string, policy: string): void =>
    save.run(
      () => call("setup_choose_fields", { field, policy } as Arguments<"setup_choose_fields">),
      () => setRows((rows ?? []).map((row) => (row.field === field ? { ...row, policy } : row))),
    );
  return (
    <StepCard title="Fields" about="Who wins, field by field. The usual choice keeps what you typed in Plex by hand.">
      <ErrorBox error={reading.error} again={() => (run(), recheck())} />
      {!rows && reading.busy && <Loading />}
      {rows?.map((row) => <Row key={row.field} row={row} busy={save.busy} choose={choose} />)}
      <ErrorBox error={save.error} again={recheck} />
      <Go disabled={!rows || save.busy} onClick={() => save.run(() => call("setup_choose_fields", {}), next)}>
        Continue
      </Go>
    </StepCard>
  );
}

interface RowProps {
  readonly row: FieldChoice;
  readonly busy: boolean;
  readonly choose: (field: string, policy: string) => void;
}

function Row({ row, busy, choose }: RowProps): ReactElement {
  const { example } = row;
  return (
    <div className="ps-policy ps-setup-field">
      <label htmlFor={`plexsync-setup-${row.field}`}>{row.name}</label>
      <Select id={`plexsync-setup-${row.field}`} value={row.policy} disabled={busy} onPick={(policy) => choose(row.field, policy)} of={row.rules} />
      <div className="ps-grey">
        {example ? `${example.title ? `“${example.title}”: ` : ""}${shown(example.plex)} → ${shown(example.after)}` : "No example in your library."}
      </div>
    </div>
  );
}

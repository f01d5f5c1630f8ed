import { React, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox } from "../../parts/answers.tsx";
import { SmallButton } from "../../parts/buttons.tsx";
import { Sentence } from "../../parts/sentence.tsx";
import { Note } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { useAct } from "../../parts/use_act.ts";
import { call } from "../../protocol/call.ts";
import type { FieldLoss, PreviewRow, SetupPreview } from "../../protocol/operations.ts";
import { fieldName } from "../../words/fields.ts";
import { counted, written } from "../../words/numbers.ts";
import { sceneName } from "../../words/scenes.ts";
import { usePage } from "../context.tsx";
import { Names, Text } from "../reconcile/value.tsx";
import { Go, StepCard } from "./step_card.tsx";
import type { StepProps } from "./step_card.tsx";
import { useSurvey } from "./survey.tsx";

/** What the first sync would do, with what would be lost on top; then the start. Another process works it out. */
export function Preview({ next, recheck }: StepProps): ReactElement {
  const { found, progress, anew } = useSurvey(true, recheck);
  const { now } = usePage();
  return (
    <StepCard title="What will change in Plex" about="Nothing has been written yet.">
      {progress}
      {found && (
        <Note>
          Compared <Time at={found.asked_at} now={now} />.{" "}
          <SmallButton onClick={anew}>
            Compare again
          </SmallButton>
        </Note>
      )}
      {found && <Found found={found} next={next} />}
    </StepCard>
  );
}

function Found({ found, next }: { readonly found: SetupPreview } & Pick<StepProps, "next">): ReactElement {
  const { locale } = useIntl();
  const start = useAct();
  return (
    <>
      <p className="ps-sentence">
        {headline(found, locale)}
      </p>
      <Note>
        <Sentence of={found.rest} now={0} />
      </Note>
      <Losses losses={found.losses} kept={found.kept} locale={locale} />
      <ErrorBox error={start.error} />
      <Go size="lg" disabled={start.busy} onClick={() => start.run(() => call("setup_start", {}), next)}>
        {`Start: write to ${counted(found.changing, "item", locale)}`}
      </Go>
      <Samples rows={found.samples} />
    </>
  );
}

/** "9,870 of 12,440 items will change, 2,570 are the same already." */
export function headline({ changing, items, equal }: Pick<SetupPreview, "changing" | "items" | "equal">, locale: string): string {
  const same = equal > 0 ? `${written(equal, locale)} ${equal === 1 ? "is" : "are"} the same already` : "";
  if (changing === 0) return same ? `No item will change: ${same}.` : "No item will change.";
  const all = changing === items ? counted(items, "item", locale) : `${written(changing, locale)} of ${counted(items, "item", locale)}`;
  return `${[`${all} will change`, same].filter(Boolean).join(", ")}.`;
}

interface LossesProps {
  readonly losses: readonly FieldLoss[];
  readonly kept: number;
  readonly locale: string;
}

const Losses = ({ losses, kept, locale }: LossesProps): ReactElement => (
  <div className="ps-losses">
    <strong>Taken away or overwritten:</strong>{" "}
    {losses.length === 0 ? "nothing." : losses.map((loss) => lossOf(loss, locale)).join(" ")}
    {kept > 0 && <p>{`${counted(kept, "value", locale)} differ and stay, because they are locked in Plex and may be a person’s.`}</p>}
  </div>
);

function lossOf({ field, overwritten, file_names, locked, taken_away, names }: FieldLoss, locale: string): string {
  const name = fieldName(field);
  const parts = [];
  if (overwritten > 0) {
    const files = file_names > 0 ? `, ${written(file_names, locale)} of them nothing but the file’s name` : "";
    parts.push(`another one for ${counted(overwritten, "item", locale)}${files}`);
  }
  if (taken_away > 0) parts.push(`${counted(taken_away, "name", locale)} go, as ${names.map(([one]) => one).join(", ")}`);
  const held = locked > 0 ? `; ${written(locked, locale)} are locked` : "";
  return `${name}: ${parts.join("; ")}${held}.`;
}

/** The scenes that change most, field by field. */
const Samples = ({ rows }: { readonly rows: readonly PreviewRow[] }): ReactElement => (
  <table className="ps-samples">
    <thead>
      <tr>
        <th>Scene</th>
        <th>Field</th>
        <th>In Plex now</th>
        <th>Will be</th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row, at) => (
        <tr key={`${row.scene_id} ${row.rating_key} ${row.field}`}>
          <td>{rows[at - 1]?.scene_id === row.scene_id ? "" : sceneName(row)}</td>
          <td>{fieldName(row.field)}</td>
          <Cells row={row} />
        </tr>
      ))}
    </tbody>
  </table>
);

function Cells({ row: { before, after, added, removed, stay } }: { readonly row: PreviewRow }): ReactElement {
  if (added.length + removed.length + stay > 0) {
    return (
      <td colSpan={2}>
        <Names added={added} removed={removed}>
          {stay > 0 ? `${stay} stay` : ""}
        </Names>
      </td>
    );
  }
  return (
    <>
      <td>
        <Text text={before} />
      </td>
      <td>{after}</td>
    </>
  );
}

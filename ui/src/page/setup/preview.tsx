import { Button, React, useEffect, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { call } from "../../protocol/call.ts";
import type { FieldLoss, FieldView, Preview as Found, Prospect } from "../../protocol/operations.ts";
import { counted, written } from "../../words/numbers.ts";
import { Names, Text } from "../reconcile/value.tsx";
import { FIELD_NAMES } from "../../words/fields.ts";
import { useAct } from "./use_act.ts";
import { moved, shown } from "./value.ts";
import { StepCard } from "./view.tsx";
import type { StepProps } from "./view.tsx";

/** What the first sync would do, with what would be lost on top; then the start. */
export function Preview({ next }: StepProps): ReactElement {
  const [found, show] = useState<Found | null>(null);
  const { locale } = useIntl();
  const reading = useAct();
  const start = useAct();
  const run = (): void => reading.run(() => call("setup_preview", {}), show);
  useEffect(run, []);
  return (
    <StepCard title="What will change in Plex" about="Nothing has been written yet.">
      {reading.error ? <ErrorBox error={reading.error} again={run} /> : null}
      {reading.busy ? <p role="status">Comparing both sides. This takes some seconds and writes nothing.</p> : null}
      {reading.busy ? <Loading /> : null}
      {found ? (
        <>
          <p className="plexsync-sentence">
            {`${written(found.changing, locale)} of ${counted(found.items, "item", locale)} get something, ${written(found.equal, locale)} are equal already.`}
          </p>
          <Losses losses={found.losses} kept={found.kept} locale={locale} />
          {start.error ? <ErrorBox error={start.error} /> : null}
          <div className="plexsync-setup-go">
            <Button variant="primary" size="lg" disabled={start.busy} onClick={() => start.run(() => call("setup_start", {}), next)}>
              {`Start: write to ${counted(found.changing, "item", locale)}`}
            </Button>
          </div>
          <Samples samples={found.samples} />
        </>
      ) : null}
    </StepCard>
  );
}

interface LossesProps {
  readonly losses: readonly FieldLoss[];
  readonly kept: number;
  readonly locale: string;
}

const Losses = ({ losses, kept, locale }: LossesProps): ReactElement => (
  <div className="plexsync-losses">
    <strong>Taken away or overwritten first:</strong>{" "}
    {losses.length === 0 ? "nothing." : losses.map((loss) => lossOf(loss, locale)).join(" ")}
    {kept > 0 ? <p>{`${counted(kept, "value", locale)} differ and stay, because they are locked in Plex and may be a person’s.`}</p> : null}
  </div>
);

function lossOf({ field, overwritten, file_names, locked, taken_away, names }: FieldLoss, locale: string): string {
  const name = FIELD_NAMES[field] ?? field;
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
const Samples = ({ samples }: { readonly samples: readonly Prospect[] }): ReactElement => (
  <table className="plexsync-samples">
    <thead>
      <tr>
        <th>Scene</th>
        <th>Field</th>
        <th>In Plex now</th>
        <th>Will be</th>
      </tr>
    </thead>
    {samples.map((scene) => (
      <tbody key={scene.scene_id}>
        {scene.items.flatMap((item) =>
          item.fields
            .filter((view) => view.outcome === "changes")
            .map((view, at) => (
              <tr key={`${item.rating_key} ${view.field}`}>
                <td>{at === 0 ? scene.title || `Scene ${scene.scene_id}` : ""}</td>
                <td>{FIELD_NAMES[view.field] ?? view.field}</td>
                <Cells view={view} />
              </tr>
            )),
        )}
      </tbody>
    ))}
  </table>
);

function Cells({ view }: { readonly view: FieldView }): ReactElement {
  if (typeof view.plex === "string") {
    return (
      <>
        <td>
          <Text text={view.plex && shown(view.plex)} />
        </td>
        <td>{shown(view.after)}</td>
      </>
    );
  }
  const { added, removed, stay } = moved(view.plex, view.after);
  return (
    <td colSpan={2}>
      <Names added={added} removed={removed}>
        {stay > 0 ? `${stay} stay` : ""}
      </Names>
    </td>
  );
}

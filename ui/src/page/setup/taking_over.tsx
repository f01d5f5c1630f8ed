import { Button, Link, React, useEffect, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox } from "../../parts/answers.tsx";
import { Buttons } from "../../parts/buttons.tsx";
import { Select } from "../../parts/inputs.tsx";
import { Warning } from "../../parts/text.tsx";
import { useAct } from "../../parts/use_act.ts";
import { call } from "../../protocol/call.ts";
import type { Arguments } from "../../protocol/call.ts";
import type { Adopted, ForeignField } from "../../protocol/operations.ts";
import { fieldName } from "../../words/fields.ts";
import { counted, written } from "../../words/numbers.ts";
import { Adoptions } from "./adoptions.tsx";
import { Go, StepCard } from "./step_card.tsx";
import type { StepProps } from "./step_card.tsx";
import { addressOf } from "./steps.ts";
import { useSurvey } from "./survey.tsx";
import { shown } from "./value.ts";

const ABOUT =
  "Other tools lock what they write. A locked value looks like one that you set by hand, so it stays, even where Stash says something else. Say here which of them are to follow Stash.";

const WHOSE = [
  ["", "Leave them"],
  ["ours", "These follow Stash"],
] as const;

/** Whose are the locked values that another tool may have left? Skipped where there are none. */
export function TakingOver({ next, skip, recheck, isDone, isOver }: StepProps): ReactElement {
  const { found, progress, take, anew } = useSurvey(false, recheck);
  const act = useAct();
  const [ours, choose] = useState<readonly string[]>([]);
  const hasNothing = found?.foreign.length === 0;
  const isSkipped = hasNothing && !found.adopted && !isDone && !isOver;
  const leave = (then: () => void): void => act.run(() => call("adopt_leave", {}), then);
  useEffect(() => (isSkipped ? leave(skip) : undefined), [isSkipped]);
  const adopt = (fields: readonly string[]): void =>
    act.run(
      () => call("adopt", { fields } as Arguments<"adopt">),
      (view) => (take(view), choose([])),
    );
  return (
    <StepCard title="Taking over from another tool" about={ABOUT}>
      {progress}
      {found?.adopted && <Done of={found.adopted} />}
      {found && !hasNothing && <Choices rows={found.foreign} ours={ours} choose={choose} busy={act.busy} adopt={adopt} />}
      {hasNothing && !found.adopted && <p>Every locked value in Plex is PlexSync’s own. There is nothing to take over.</p>}
      <Adoptions survey={found} changed={anew} />
      <ErrorBox error={act.error} />
      {found && !isOver && !isSkipped && (
        <Go variant={ours.length > 0 ? "secondary" : "primary"} disabled={act.busy} onClick={() => leave(next)}>
          {!hasNothing && !found.adopted ? "Leave all of them" : "Continue"}
        </Go>
      )}
      {isOver && <Link to={addressOf("")}>Back to the set-up</Link>}
    </StepCard>
  );
}

interface ChoicesProps {
  readonly rows: readonly ForeignField[];
  /** The fields that are to follow Stash. */
  readonly ours: readonly string[];
  readonly choose: (fields: readonly string[]) => void;
  readonly busy: boolean;
  readonly adopt: (fields: readonly string[]) => void;
}

/** One row for each field, and the button with its number. */
function Choices({ rows, ours, choose, busy, adopt }: ChoicesProps): ReactElement {
  const { locale } = useIntl();
  const chosen = rows.filter(({ field }) => ours.includes(field));
  const sum = (of: "equal" | "different" | "unmatched"): number => chosen.reduce((all, row) => all + row[of], 0);
  const set = (field: string, isOurs: boolean): void => choose(isOurs ? [...ours, field] : ours.filter((one) => one !== field));
  const all = sum("equal") + sum("different") + sum("unmatched");
  return (
    <>
      {rows.map((row) => (
        <Row key={row.field} row={row} isOurs={ours.includes(row.field)} set={set} />
      ))}
      {chosen.length > 0 && (
        <div className="ps-losses">
          {sum("different") > 0 ? `${counted(sum("different"), "value", locale)} will follow Stash. ` : ""}
          {sum("unmatched") > 0 ? `${counted(sum("unmatched"), "value", locale)} will go, because Stash says nothing there. ` : ""}
          {sum("equal") > 0 ? `${counted(sum("equal"), "value", locale)} are as in Stash.` : ""}
        </div>
      )}
      <Buttons>
        <Button variant={chosen.length > 0 ? "primary" : "secondary"} disabled={busy || chosen.length === 0} onClick={() => adopt(ours)}>
          {chosen.length > 0 ? `Take over ${counted(all, "value", locale)}` : "Take over"}
        </Button>
      </Buttons>
    </>
  );
}

interface RowProps {
  readonly row: ForeignField;
  readonly isOurs: boolean;
  readonly set: (field: string, isOurs: boolean) => void;
}

function Row({ row, isOurs, set }: RowProps): ReactElement {
  const { locale } = useIntl();
  const [example] = row.examples;
  const name = fieldName(row.field);
  const counts = [
    row.equal ? `${written(row.equal, locale)} as in Stash` : "",
    row.different ? `${written(row.different, locale)} with another value` : "",
    row.unmatched ? `${written(row.unmatched, locale)} not in Stash` : "",
  ];
  return (
    <div className="ps-policy ps-setup-field">
      <label htmlFor={`plexsync-foreign-${row.field}`}>{name}</label>
      <Select id={`plexsync-foreign-${row.field}`} value={isOurs ? "ours" : ""} onPick={(whose) => set(row.field, whose === "ours")} of={WHOSE} />
      <div className="ps-grey">
        {counts.filter(Boolean).join(" · ")}
        {example && <div>{`${example.title ? `“${example.title}”: ` : ""}${shown(example.plex)} → ${shown(example.stash)}`}</div>}
      </div>
    </div>
  );
}

/** What was taken over just now, and what was left out and why. */
function Done({ of }: { readonly of: Adopted }): ReactElement {
  const { locale } = useIntl();
  return (
    <div role="status">
      {of.values > 0 && <p>{`${counted(of.values, "value", locale)} of ${counted(of.scenes, "scene", locale)} follow Stash now.`}</p>}
      {of.left_out.map(({ advice }) => (
        <Warning key={advice.text}>
          {advice.text} {advice.next_step}
        </Warning>
      ))}
    </div>
  );
}

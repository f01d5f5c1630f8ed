/** All scenes of one cause: what it means, what to do, a button for all, and the scenes. */
import { Button, React, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import { ErrorBox } from "../../parts/answers.tsx";
import { downloadBugReport } from "../../parts/bug_report.ts";
import { Buttons, SmallButton, SmallLink } from "../../parts/buttons.tsx";
import { RowMenu } from "../../parts/row_menu.tsx";
import type { Deed } from "../../parts/row_menu.tsx";
import { StateIcon } from "../../parts/state_icon.tsx";
import { Note } from "../../parts/text.tsx";
import { useDeed } from "../../parts/use_deed.ts";
import { call } from "../../protocol/call.ts";
import type { CauseGroup, NeedyScene } from "../../protocol/operations.ts";
import { counted } from "../../words/numbers.ts";
import { sceneName } from "../../words/scenes.ts";
import { AllRows } from "./all_rows.tsx";
import { ChooseDialog } from "./choose_dialog.tsx";
import type { ShownGroup } from "./leaving.ts";
import { SceneRow } from "./scene_row.tsx";
import { details, forAll, iconOf } from "./words.ts";

interface CauseCardProps {
  readonly of: CauseGroup;
  /** The first rows, and those that are about to go. */
  readonly rows: ShownGroup["rows"];
  readonly plexPage: string;
  /** Ask anew for what needs a person. */
  readonly renew: () => void;
}

export function CauseCard({ of: group, rows, plexPage, renew }: CauseCardProps): ReactElement {
  const { locale } = useIntl();
  const [all, showAll] = useState(false);
  const [choosing, choose] = useState<NeedyScene | null>(null);
  const [act, error] = useDeed(renew);
  const many = counted(group.number, "scene", locale);
  const retryAll = (): void => act(call("retry", { cause: group.cause }), `${many} queued again.`);
  const ignore = (given: { scenes?: readonly number[]; cause?: string }, said: string): void =>
    act(call("ignore", given), said, ({ act: name }) => call("heed", { act: name }));
  const copy = (rows: readonly NeedyScene[]): void => act(navigator.clipboard.writeText(details(group, rows)), "Copied.");
  const rowDeeds = (row: NeedyScene): readonly Deed[] => [
    ["Retry", () => retry(row)],
    ["Ignore", () => ignore({ scenes: [row.scene_id] }, "Scene ignored.")],
    ["Copy the details", () => copy([row])],
  ];
  const retry = (row: NeedyScene): void => {
    const deed = group.for_one === "retry" ? call("retry", { scenes: [row.scene_id] }) : call("sync_now", { scenes: [row.scene_id] });
    act(deed, `‘${sceneName(row)}’ is looked at again.`);
  };
  const cardDeeds: readonly Deed[] = [
    ...(group.for_all === "retry" || group.for_all === "bug_report" ? [["Retry all", retryAll] as const] : []),
    [`Ignore all ${group.number}`, () => ignore({ cause: group.cause }, `${many} ignored.`)],
    ["Copy the details", () => copy(group.rows)],
  ];
  const row = (one: NeedyScene, state: ShownGroup["rows"][number]["state"] = null): ReactElement => (
    <SceneRow
      key={one.scene_id}
      of={one}
      state={state}
      plexPage={plexPage}
      deeds={rowDeeds(one)}
      button={group.for_one === "choose" ? ["Choose…", () => choose(one)] : group.for_one === "retry" ? ["Retry", () => retry(one)] : null}
    />
  );
  return (
    <section className="card ps-card ps-cause" data-cause={group.cause}>
      <div className="ps-card-head">
        <h2>
          <StateIcon icon={iconOf(group.cause)} colour="orange" /> {group.title} {group.number > 0 && <small>· {many}</small>}
        </h2>
        {group.number > 0 && (
          <Buttons>
            <ForAll of={group} act={act} retryAll={retryAll} />
            <RowMenu label={`More about: ${group.title}`} deeds={cardDeeds} />
          </Buttons>
        )}
      </div>
      {group.number > 0 && (
        <>
          <Note>{group.advice.text}</Note>
          <p>
            <b>What to do:</b> {group.advice.next_step}
          </p>
        </>
      )}
      <ErrorBox error={error} />
      <div className="ps-needy">{rows.filter(({ state }) => !all || state).map((one) => row(one.row, one.state))}</div>
      {all && group.number > 0 && <AllRows of={group} row={row} />}
      {group.number > group.rows.length && !all && (
        <Button variant="link" className="ps-quiet-link ps-show-all" onClick={() => showAll(true)}>
          Show all {group.number}
        </Button>
      )}
      {choosing && (
        <ChooseDialog
          scene={choosing.scene_id}
          onCancel={() => choose(null)}
          onChosen={(item) => {
            choose(null);
            act(Promise.resolve(), `Item ${item} is written for ‘${choosing.title}’.`, () => call("undo_choice", { scene: choosing.scene_id }));
          }}
        />
      )}
    </section>
  );
}

interface ForAllProps {
  readonly of: CauseGroup;
  readonly act: (deed: Promise<unknown>, said: string) => void;
  readonly retryAll: () => void;
}

/** The button for all scenes of a cause. */
function ForAll({ of: group, act, retryAll }: ForAllProps): ReactElement | null {
  const words = forAll(group);
  if (!words) return null;
  if (group.for_all === "path_map") {
    const folder = encodeURIComponent(group.folder);
    return (
      <SmallLink to={`${ADDRESS}/settings${folder ? `?folder=${folder}` : ""}#folders`}>
        {words}
      </SmallLink>
    );
  }
  const deeds: Readonly<Record<string, () => void>> = {
    scan: () => act(call("scan", {}), "Plex is asked to scan."),
    bug_report: () => act(downloadBugReport(), "Bug report saved."),
  };
  const press = deeds[group.for_all] ?? retryAll;
  return (
    <SmallButton onClick={press}>
      {words}
    </SmallButton>
  );
}

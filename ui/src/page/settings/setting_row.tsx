import { Button, Icon, React, icons } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { SmallButton } from "../../parts/buttons.tsx";
import type { SettingView } from "../../protocol/operations.ts";
import { told } from "../../words/advice.ts";
import { Control } from "./control.tsx";
import { useSetting } from "./use_setting.ts";
import type { Editing } from "./use_setting.ts";

interface SettingRowProps {
  readonly row: SettingView;
  readonly keep: (row: SettingView) => void;
}

/** One setting: its name with where its value is from, its help, its input, and what is wrong with what was typed. */
export function SettingRow({ row, keep }: SettingRowProps): ReactElement {
  const editing = useSetting(row, keep);
  const isNarrow = row.input === "switch" || row.input === "number";
  return (
    <div className={`setting ps-setting ${isNarrow ? "" : "ps-is-wide"}`}>
      <div>
        <h3>
          <label htmlFor={`plexsync-${row.key}`}>{row.name}</label> <Origin row={row} editing={editing} />
        </h3>
        <div className="sub-heading">
          {row.help} {editing.meaning}
        </div>
      </div>
      <div className="ps-input">
        <Control row={row} editing={editing} label={row.name} />
        <Said row={row} editing={editing} />
      </div>
    </div>
  );
}

interface OriginProps {
  readonly row: SettingView;
  readonly editing: Editing;
}

/** Where a value is from, where that is not the person's own, and the way back to the usual one. */
export function Origin({ row, editing }: OriginProps): ReactElement | null {
  if (row.origin === "environment") return <span className="ps-origin">from the environment ({row.variable})</span>;
  if (row.origin === "stash") {
    return (
      <>
        <span className="ps-origin">from Stash’s page</span>{" "}
        <SmallButton disabled={editing.busy} onClick={editing.takeOver}>
          Take over here
        </SmallButton>
      </>
    );
  }
  if (row.origin !== "file" || row.key === "plex_token" || row.key === "plex_url") return null; // signing out ends these
  const words = row.default ? `back to ${row.default}` : "take it out";
  return (
    <Button className="minimal ps-reset" size="sm" title={words} aria-label={`${row.name}: ${words}`} onClick={() => editing.save("")}>
      <Icon icon={icons.faRotateLeft} />
    </Button>
  );
}

/** What is wrong with what was typed or is left out, or that it was saved. */
export function Said({ row, editing }: { readonly row: SettingView; readonly editing: Editing }): ReactElement {
  const problem = editing.wrong || (row.problem ? told(row.problem) : "");
  return (
    <div id={`plexsync-${row.key}-said`} className={problem ? "ps-wrong" : "ps-saved"} role="status">
      {problem || (editing.saved ? "Saved" : "")}
    </div>
  );
}

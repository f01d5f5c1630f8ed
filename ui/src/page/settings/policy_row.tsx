import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import type { SettingView } from "../../protocol/operations.ts";
import { Control } from "./control.tsx";
import { Origin, Said } from "./setting_row.tsx";
import { useSetting } from "./use_setting.ts";
import { policyHelp } from "./words.ts";

/** The rule of one field: its name, the rule, and what that does in the person's own library. */
export function PolicyRow({ row, keep }: { readonly row: SettingView; readonly keep: (row: SettingView) => void }): ReactElement {
  const editing = useSetting(row, keep);
  return (
    <div className="setting ps-policy">
      <div>
        <label htmlFor={`plexsync-${row.key}`}>{row.name}</label> <Origin row={row} editing={editing} />
      </div>
      <div>
        <Control row={row} editing={editing} label={`${row.name}: who wins`} />
        <Said row={row} editing={editing} />
      </div>
      <div className="ps-grey">{policyHelp(row)}</div>
    </div>
  );
}

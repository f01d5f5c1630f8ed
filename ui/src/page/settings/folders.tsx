import { Button, React, useEffect, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { PlainButton } from "../../parts/buttons.tsx";
import { useAct } from "../../parts/use_act.ts";
import { call } from "../../protocol/call.ts";
import type { PathMapTest, SettingView } from "../../protocol/operations.ts";
import { Examples } from "./examples.tsx";
import { Rules, asText, pairsOf, using } from "./rules.tsx";
import type { Pair } from "./rules.tsx";
import { Origin, Said } from "./setting_row.tsx";
import { useSetting } from "./use_setting.ts";

/** Which folder of Stash is which of Plex: found out or set, tried on the person's files, kept by a button of its own. */
export function Folders({ row, keep }: { readonly row: SettingView; readonly keep: (row: SettingView) => void }): ReactElement {
  const [test, setTest] = useState<PathMapTest | null>(null);
  const [pairs, setPairs] = useState<readonly Pair[]>([]);
  const [shown, show] = useState(false);
  const { busy, error, run: act } = useAct();
  const editing = useSetting(row, keep);
  const run = (map: string | null): void =>
    act(
      () => call("path_map_test", map === null ? {} : { map }),
      (found) => {
        setTest(found);
        if (map === null) setPairs(pairsOf(found.files.rules));
      },
    );
  useEffect(() => run(null), [row.value]);
  const isChanged = test !== null && asText(pairs) !== (row.value || (test.origin === "found_out" ? asText(pairsOf(test.files.rules)) : ""));
  return (
    <div className="setting ps-setting ps-is-block">
      <h3>
        Path map <Origin row={row} editing={editing} />
      </h3>
      <div className="sub-heading">
        Where Stash and Plex see the same files under different folders. PlexSync finds that out from files that are equal on both sides. Add a
        folder only where that does not work.
      </div>
      <Rules pairs={pairs} tried={test?.files.rules ?? []} foundOut={test?.origin === "found_out"} change={setPairs}>
        <>
          <PlainButton disabled={busy} onClick={() => (run(asText(pairs)), show(true))}>
            Test on 20 files
          </PlainButton>
          <Button variant="primary" disabled={!isChanged || editing.busy || row.origin === "environment"} onClick={() => editing.save(asText(pairs))}>
            Save folders
          </Button>
        </>
      </Rules>
      <Said row={row} editing={editing} />
      <ErrorBox error={error} again={() => run(null)} />
      {busy && !test && <Loading />}
      {test && shown && !busy && <Examples test={test} use={(rule) => setPairs(using(pairs, rule))} />}
    </div>
  );
}

import { Button, Icon, React, icons, useEffect, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { Buttons, PlainButton } from "../../parts/buttons.tsx";
import { TextInput } from "../../parts/inputs.tsx";
import { WellIcon } from "../../parts/state_icon.tsx";
import { useAct } from "../../parts/use_act.ts";
import { call } from "../../protocol/call.ts";
import type { FolderRule, PathMapTest, SettingView } from "../../protocol/operations.ts";
import { written } from "../../words/numbers.ts";
import { Examples } from "./examples.tsx";
import { Origin, Said } from "./setting_row.tsx";
import { useSetting } from "./use_setting.ts";

interface Pair {
  readonly stash: string;
  readonly plex: string;
}

const NOTHING: Pair = { stash: "", plex: "" };
const asText = (pairs: readonly Pair[]): string =>
  pairs
    .filter(({ stash, plex }) => stash.trim() || plex.trim())
    .map(({ stash, plex }) => `${stash.trim()} => ${plex.trim()}`)
    .join("; ");
const pairsOf = (test: PathMapTest): Pair[] => test.files.rules.map(({ stash, plex }) => ({ stash, plex }));

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
        if (map === null) setPairs(pairsOf(found));
      },
    );
  useEffect(() => run(null), [row.value]);
  const set = (at: number, pair: Pair): void => setPairs(pairs.map((one, other) => (other === at ? pair : one)));
  const use = (rule: Pair): void => {
    const known = pairs.some(({ stash }) => stash === rule.stash);
    setPairs(known ? pairs.map((one) => (one.stash === rule.stash ? rule : one)) : [...pairs, rule]);
  };
  const isChanged = test !== null && asText(pairs) !== (row.value || (test.origin === "found_out" ? asText(pairsOf(test)) : ""));
  return (
    <div className="setting ps-setting ps-is-block">
      <h3>
        Path map <Origin row={row} editing={editing} />
      </h3>
      <div className="sub-heading">
        Where Stash and Plex see the same files under different folders. PlexSync finds that out from files that are equal on both sides. Add a
        folder only where that does not work.
      </div>
      {pairs.map((pair, at) => (
        <Rule
          key={at}
          number={at + 1}
          pair={pair}
          tried={test?.files.rules.find(({ stash, plex }) => stash === pair.stash && plex === pair.plex)}
          foundOut={test?.origin === "found_out"}
          change={(fresh) => set(at, fresh)}
          remove={() => setPairs(pairs.filter((_, other) => other !== at))}
        />
      ))}
      <Buttons>
        <PlainButton onClick={() => setPairs([...pairs, NOTHING])}>
          <Icon icon={icons.faPlus} /> Add folder
        </PlainButton>
        <PlainButton disabled={busy} onClick={() => (run(asText(pairs)), show(true))}>
          Test on 20 files
        </PlainButton>
        <Button variant="primary" disabled={!isChanged || editing.busy || row.origin === "environment"} onClick={() => editing.save(asText(pairs))}>
          Save folders
        </Button>
      </Buttons>
      <Said row={row} editing={editing} />
      <ErrorBox error={error} again={() => run(null)} />
      {busy && !test && <Loading />}
      {test && shown && !busy && <Examples test={test} use={use} />}
    </div>
  );
}

interface RuleProps {
  readonly number: number;
  readonly pair: Pair;
  readonly tried: FolderRule | undefined;
  readonly foundOut: boolean;
  readonly change: (pair: Pair) => void;
  readonly remove: () => void;
}

/** One rule: Stash's folder, Plex's folder, how many files it finds. */
function Rule({ number, pair, tried, foundOut, change, remove }: RuleProps): ReactElement {
  const { locale } = useIntl();
  const well = tried !== undefined && tried.found > 0;
  return (
    <div className="ps-rule">
      <TextInput value={pair.stash} placeholder="/stash/folder" aria-label={`Rule ${number}: Stash sees`} onText={(stash) => change({ ...pair, stash })} />
      <span aria-hidden="true">→</span>
      <TextInput value={pair.plex} placeholder="/plex/folder" aria-label={`Rule ${number}: Plex sees`} onText={(plex) => change({ ...pair, plex })} />
      <span className="ps-rule-files">
        {tried && (
          <>
            <WellIcon isWell={well} />
            {`${written(tried.found, locale)} of ${written(tried.files, locale)}`}
            {foundOut && <span className="ps-origin">found out</span>}
          </>
        )}
      </span>
      <Button className="minimal" aria-label={`Remove rule ${number}`} onClick={remove}>
        <Icon icon={icons.faTrash} />
      </Button>
    </div>
  );
}

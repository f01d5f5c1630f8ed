import { Button, Icon, React, icons, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Buttons, PlainButton } from "../../parts/buttons.tsx";
import { TextInput } from "../../parts/inputs.tsx";
import { WellIcon } from "../../parts/state_icon.tsx";
import type { FolderRule } from "../../protocol/operations.ts";
import { written } from "../../words/numbers.ts";

/** A folder as both servers see it. */
export interface Pair {
  readonly stash: string;
  readonly plex: string;
}

const NOTHING: Pair = { stash: "", plex: "" };

/** Return the rules as the setting has them; empty rows count for nothing. */
export const asText = (pairs: readonly Pair[]): string =>
  pairs
    .filter(({ stash, plex }) => stash.trim() || plex.trim())
    .map(({ stash, plex }) => `${stash.trim()} => ${plex.trim()}`)
    .join("; ");

/** Return the rules that were tried. */
export const pairsOf = (rules: readonly FolderRule[]): Pair[] => rules.map(({ stash, plex }) => ({ stash, plex }));

/** Take a rule over: it replaces the one for its folder of Stash. */
export function using(pairs: readonly Pair[], rule: Pair): readonly Pair[] {
  const known = pairs.some(({ stash }) => stash === rule.stash);
  return known ? pairs.map((one) => (one.stash === rule.stash ? rule : one)) : [...pairs, rule];
}

interface RulesProps {
  readonly pairs: readonly Pair[];
  /** The rules that were tried last, with the files they found. */
  readonly tried: readonly FolderRule[];
  readonly foundOut: boolean;
  readonly change: (pairs: readonly Pair[]) => void;
  /** Further buttons, behind the one that adds a folder. */
  readonly children: ReactElement;
}

/** One row for each folder, to be changed, taken out or added. */
export const Rules = ({ pairs, tried, foundOut, change, children }: RulesProps): ReactElement => (
  <>
    {pairs.map((pair, at) => (
      <Rule
        key={at}
        number={at + 1}
        pair={pair}
        tried={tried.find(({ stash, plex }) => stash === pair.stash && plex === pair.plex)}
        foundOut={foundOut}
        change={(fresh) => change(pairs.map((one, other) => (other === at ? fresh : one)))}
        remove={() => change(pairs.filter((_, other) => other !== at))}
      />
    ))}
    <Buttons>
      <PlainButton onClick={() => change([...pairs, NOTHING])}>
        <Icon icon={icons.faPlus} /> Add folder
      </PlainButton>
      {children}
    </Buttons>
  </>
);

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
            {` ${written(tried.found, locale)} of ${written(tried.files, locale)} files `}
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

import { React, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { SmallButton } from "../../parts/buttons.tsx";
import { WellIcon } from "../../parts/state_icon.tsx";
import type { PathExample, PathMapTest } from "../../protocol/operations.ts";
import { written } from "../../words/numbers.ts";
import { missing } from "./words.ts";

interface ExamplesProps {
  readonly test: Pick<PathMapTest, "files" | "stash_files" | "plex_files">;
  /** Take a rule over that would find a file. */
  readonly use: (rule: { stash: string; plex: string }) => void;
}

/** Twenty files of each side, tried under the rules. */
export function Examples({ test, use }: ExamplesProps): ReactElement {
  const { locale } = useIntl();
  const { files } = test;
  const inStash = test.plex_files - files.left_in_plex.files;
  const share = (found: number, all: number): string => `${written(found, locale)} of ${written(all, locale)}`;
  return (
    <div className="ps-examples" role="status">
      <p>{`${share(files.found, test.stash_files)} files of Stash are in Plex.`}</p>
      <List rows={files.from_stash} side="stash" use={use} />
      <p>{`${share(inStash, test.plex_files)} files of Plex are in Stash.`}</p>
      <List rows={files.from_plex} side="plex" use={use} />
    </div>
  );
}

interface ListProps extends Pick<ExamplesProps, "use"> {
  readonly rows: readonly PathExample[];
  readonly side: "stash" | "plex";
}

/** Files of one side; those that were not found say what the other side has. */
const List = ({ rows, side, use }: ListProps): ReactElement => (
  <ul>
    {rows.map((one) => (
      <li key={one.path}>
        <WellIcon isWell={one.found} />
        <code>{one.path}</code>
        {one.other && (
          <>
            {" → "}
            <code>{one.other}</code>
          </>
        )}
        {one.found ? null : (
          <div className="ps-grey">
            {missing(one, side)}{" "}
            {one.rule[1] && (
              <SmallButton onClick={() => use({ stash: one.rule[0], plex: one.rule[1] })}>
                Use {one.rule[1]}
              </SmallButton>
            )}
          </div>
        )}
      </li>
    ))}
  </ul>
);

/** Values as the list and the detail show them: what is added green, what goes orange, each with its sign. */
import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { SmallGrey } from "../../parts/text.tsx";

export const Nothing = (): ReactElement => <i className="ps-grey">nothing</i>;

export const Text = ({ text }: { readonly text: string }): ReactElement => (text ? <>{text}</> : <Nothing />);

export const Added = ({ name }: { readonly name: string }): ReactElement => (
  <span className="ps-added">+ {name}</span>
);

export const Gone = ({ name }: { readonly name: string }): ReactElement => (
  <span className="ps-gone">
    − <del>{name}</del>
  </span>
);

interface NamesProps {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly children: string;
}

/** What changes of a list; the children say what stays. */
export const Names = ({ added, removed, children }: NamesProps): ReactElement => (
  <>
    {added.map((name) => (
      <Added key={name} name={name} />
    ))}
    {removed.map((name) => (
      <Gone key={name} name={name} />
    ))}
    <SmallGrey>{children}</SmallGrey>
  </>
);

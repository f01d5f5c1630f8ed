import { React } from "../stash/index.ts";
import type { ReactElement, ReactNode } from "../stash/index.ts";

interface FactsProps {
  /** Names and what is so; a row without anything is left out. */
  readonly of: readonly (readonly [name: ReactNode, fact: ReactNode])[];
}

/** A short list of facts with their names. */
export const Facts = ({ of }: FactsProps): ReactElement => (
  <dl className="ps-facts">
    {of.map(([name, fact], at) =>
      fact ? (
        <React.Fragment key={at}>
          <dt>{name}</dt>
          <dd>{fact}</dd>
        </React.Fragment>
      ) : null,
    )}
  </dl>
);

/** Buttons as Stash has them, each kind by its own name. */
import { Button, Link, React } from "../stash/index.ts";
import type { ButtonProps, ReactElement, ReactNode } from "../stash/index.ts";

export const PlainButton = (props: ButtonProps): ReactElement => <Button variant="secondary" {...props} />;

export const SmallButton = (props: ButtonProps): ReactElement => <PlainButton size="sm" {...props} />;

/** A button within a text. */
export const QuietButton = (props: ButtonProps): ReactElement => <Button variant="link" className="ps-quiet-link" {...props} />;

/** A link that looks like a small button. */
export const SmallLink = (props: { readonly to: string; readonly "aria-label"?: string; readonly children: ReactNode }): ReactElement => (
  <Link className="btn btn-secondary btn-sm" {...props} />
);

/** Buttons side by side. */
export const Buttons = ({ children }: { readonly children: ReactNode }): ReactElement => <div className="ps-buttons">{children}</div>;

/** One answer to "what is shown?": its value, its words, how many rows it shows, and what it means. */
export type Chip<T> = readonly [value: T, words: string, number?: string, meaning?: string | undefined];

interface ChipsProps<T> {
  readonly of: readonly Chip<T>[];
  readonly chosen: T;
  readonly choose: (value: T) => void;
}

/** Several answers side by side, of which one holds. */
export const Chips = <T extends string>({ of, chosen, choose }: ChipsProps<T>): ReactElement => (
  <div className="ps-chips" role="group" aria-label="Show">
    {of.map(([value, words, number, meaning]) => (
      <SmallButton key={value} active={value === chosen} aria-pressed={value === chosen} title={meaning} onClick={() => choose(value)}>
        {words} {number && <b>{number}</b>}
      </SmallButton>
    ))}
  </div>
);

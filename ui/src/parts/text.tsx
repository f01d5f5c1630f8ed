/** Text that stands back behind what is beside it. */
import { React } from "../stash/index.ts";
import type { HTMLAttributes, ReactElement } from "../stash/index.ts";

type TextProps = HTMLAttributes<HTMLElement>;

export const Grey = (props: TextProps): ReactElement => <span className="ps-grey" {...props} />;

export const SmallGrey = (props: TextProps): ReactElement => <small className="ps-grey" {...props} />;

/** A paragraph of its own. */
export const Note = (props: TextProps): ReactElement => <p className="ps-grey" {...props} />;

/** A paragraph on what is wrong. */
export const Warning = (props: TextProps): ReactElement => <p className="ps-wrong" {...props} />;

/** What a row on a phone is about: a name that may be cut off, and a word that never is. */
export const NarrowHead = (props: TextProps): ReactElement => <div className="ps-narrow-head" {...props} />;

/** One line of a row on a phone. */
export const NarrowLine = (props: TextProps): ReactElement => <div className="ps-narrow" {...props} />;

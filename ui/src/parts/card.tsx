import { React } from "../stash/index.ts";
import type { ReactElement, ReactNode } from "../stash/index.ts";

interface CardProps {
  readonly title?: ReactNode;
  /** What stands right of the title: one button or link. */
  readonly beside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A card of Stash's with a title of its own. */
export const Card = ({ title, beside, children, className }: CardProps): ReactElement => (
  <section className={`card ps-card ${className ?? ""}`}>
    {title ? (
      <div className="ps-card-head">
        <h2>{title}</h2>
        {beside}
      </div>
    ) : null}
    {children}
  </section>
);

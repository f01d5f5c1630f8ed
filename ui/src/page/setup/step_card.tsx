import { Button, React } from "../../stash/index.ts";
import type { ButtonProps, ReactElement } from "../../stash/index.ts";
import { Card } from "../../parts/card.tsx";
import { Note } from "../../parts/text.tsx";

/** What each step is handed. */
export interface StepProps {
  /** Go on: the step has its answer. */
  readonly next: () => void;
  /** Go on without a trace in the browser's history: nobody was asked. */
  readonly skip: () => void;
  /** Whether the step had an answer before: then it is shown, even if there is only one. */
  readonly isDone: boolean;
  /** See anew how the set-up stands: an answer may not hold any more. */
  readonly recheck: () => void;
  /** Whether the set-up has ended, and the step is only looked at. */
  readonly isOver: boolean;
}

/** A step's last button. */
export const Go = (props: ButtonProps): ReactElement => (
  <div className="ps-setup-go">
    <Button variant="primary" {...props} />
  </div>
);

/** A step's card: its title, and what it is about in one sentence. */
export const StepCard = ({ title, about, children }: { readonly title: string; readonly about: string; readonly children: React.ReactNode }): ReactElement => (
  <Card title={title}>
    <Note>{about}</Note>
    {children}
  </Card>
);

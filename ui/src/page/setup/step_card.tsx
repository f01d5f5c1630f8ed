import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Card } from "../../parts/card.tsx";

/** What each step is handed: how to go on when it has its answer. */
export interface StepProps {
  readonly next: () => void;
}

/** A step's card: its title, and what it is about in one sentence. */
export const StepCard = ({ title, about, children }: { readonly title: string; readonly about: string; readonly children: React.ReactNode }): ReactElement => (
  <Card title={title}>
    <p className="plexsync-grey">{about}</p>
    {children}
  </Card>
);

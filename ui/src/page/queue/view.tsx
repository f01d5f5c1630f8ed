import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Card } from "../../parts/card.tsx";
import { Empty } from "../../parts/answers.tsx";

/** The view "Queue". */
export const Queue = (): ReactElement => (
  <Card title="Queue">
    <Empty>Nothing is here yet.</Empty>
  </Card>
);

import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Card } from "../../parts/card.tsx";
import { Empty } from "../../parts/answers.tsx";

/** The view "Needs you". */
export const NeedsYou = (): ReactElement => (
  <Card title="Needs you">
    <Empty>Nothing is here yet.</Empty>
  </Card>
);

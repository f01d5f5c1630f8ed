import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Card } from "../../parts/card.tsx";
import { Empty } from "../../parts/answers.tsx";

/** The view "History". */
export const History = (): ReactElement => (
  <Card title="History">
    <Empty>Nothing is here yet.</Empty>
  </Card>
);

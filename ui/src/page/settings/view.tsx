import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Card } from "../../parts/card.tsx";
import { Empty } from "../../parts/answers.tsx";

/** The view "Settings". */
export const Settings = (): ReactElement => (
  <Card title="Settings">
    <Empty>Nothing is here yet.</Empty>
  </Card>
);

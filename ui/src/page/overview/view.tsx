import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { OtherTools } from "../../parts/other_tools.tsx";
import { usePage } from "../context.tsx";
import { ActivityCard } from "./activity_card.tsx";
import { Promises } from "./promises.tsx";
import { ReconcileCard } from "./reconcile_card.tsx";
import { ServersCard } from "./servers_card.tsx";
import { StateCard } from "./state_card.tsx";

/** The first view: whether all is well, and if not, what to do. */
export function Overview(): ReactElement {
  const { overview, standing } = usePage().known;
  return (
    <>
      <StateCard />
      {standing?.kind === "not_set_up" && <Promises />}
      {standing?.kind === "not_set_up" && <OtherTools />}
      {overview && standing?.kind !== "not_set_up" && (
        <>
          <div className="ps-columns">
            <ReconcileCard of={overview.reconciles} />
            <ServersCard of={overview} />
          </div>
          <ActivityCard of={overview.activity} />
        </>
      )}
    </>
  );
}

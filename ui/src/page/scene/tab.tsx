import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import type { KeptStanding } from "../../everywhere/kept.ts";
import { Empty } from "../../parts/answers.tsx";

export interface SceneTabProps {
  readonly scene: number;
  readonly kept: KeptStanding;
}

/** The tab "Plex" of one scene. */
export const SceneTab = ({ scene }: SceneTabProps): ReactElement => (
  <div className="plexsync-scene">
    <Empty>Nothing is known of scene {scene} yet.</Empty>
  </div>
);

import { Link, React } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import { sceneName } from "../words/scenes.ts";

/** A scene's name, which leads to its page. */
export const SceneLink = ({ of }: { readonly of: { readonly scene_id: number; readonly title: string } }): ReactElement => (
  <Link to={`/scenes/${of.scene_id}`}>{sceneName(of)}</Link>
);

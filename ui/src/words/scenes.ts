/** Scenes as the page names them. */

interface Named {
  readonly scene_id: number;
  readonly title: string;
}

/** A scene's title, or its number where it has none. */
export const sceneName = ({ title, scene_id }: Named): string => title || `Scene ${scene_id}`;

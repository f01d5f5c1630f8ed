/** The page's own file, which the small script loads when a person opens the page, a scene's tab or our settings. */
import { later } from "../parts/later.tsx";

export { SettingsBox } from "./box/settings_box.tsx";
export { Page } from "./page.tsx";
export const SceneTab = later(() => import("./scene/tab.tsx").then((one) => one.SceneTab));

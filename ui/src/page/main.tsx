/** The page's own file, which the small script loads when a person opens the page, a scene's tab or our settings. */
export { SettingsBox } from "./box/settings_box.tsx";
export { Page } from "./page.tsx";
export { SceneTab } from "./scene/tab.tsx";

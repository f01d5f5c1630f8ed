/** The page's own file, which the small script loads when a person opens the page or a scene's tab. */
export { Page } from "./page.tsx";
export { SceneTab } from "./scene/tab.tsx";

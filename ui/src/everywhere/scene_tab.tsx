import { Nav, React, Tab } from "../stash/index.ts";
import type { Props, ReactElement } from "../stash/index.ts";
import { kept } from "./browser.ts";
import { WithPage } from "./bundle.tsx";

const KEY = "ps-panel";

/** The tab's name on a scene's page. */
export const SceneTabName = (): ReactElement => (
  <Nav.Item>
    <Nav.Link eventKey={KEY}>Plex</Nav.Link>
  </Nav.Item>
);

/** The tab's pane, empty until somebody opens it. */
export function SceneTabPane({ scene }: Props): ReactElement {
  const id = Number((scene as { readonly id: string }).id);
  return (
    <Tab.Pane eventKey={KEY} mountOnEnter unmountOnExit>
      <WithPage draw={({ SceneTab }) => <SceneTab scene={id} kept={kept} />} />
    </Tab.Pane>
  );
}

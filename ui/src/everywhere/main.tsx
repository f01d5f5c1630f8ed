/** Runs on all of Stash's pages: the ways to PlexSync's page, the badge, and waking the agent. */
import { PLUGIN, React, api } from "../stash/index.ts";
import type { ComponentType, Props, ReactElement, ReactNode } from "../stash/index.ts";
import { ADDRESS } from "./address.ts";
import { Boundary } from "./boundary.tsx";
import { alarm, kept } from "./browser.ts";
import { Failed, WithPage } from "./bundle.tsx";
import { NavbarIcon } from "./navbar.tsx";
import { SceneTabName, SceneTabPane } from "./scene_tab.tsx";
import { ToolsRow } from "./tools.tsx";
import { keepAwake } from "./wake.ts";

/** Draw a piece of ours beside Stash's own children, each in a boundary of its own. */
function beside(point: string, Piece: ComponentType<Props>, first = false): void {
  api.patch.before(point, (props) => {
    const ours = (
      <Boundary key="plexsync">
        <Piece {...props} />
      </Boundary>
    );
    const children: ReactNode = first ? [ours, props.children] : [props.children, ours];
    return [{ ...props, children: <>{children}</> }];
  });
}

const Route = (): ReactElement => (
  <Boundary otherwise={<Failed again={() => location.reload()} />}>
    <WithPage draw={({ Page }) => <Page kept={kept} />} />
  </Boundary>
);

api.register.route(`${ADDRESS}/:view?`, Route);
beside("MainNavBar.UtilityItems", NavbarIcon, true);
beside("SettingsToolsSection", ToolsRow);
beside("ScenePage.Tabs", SceneTabName);
beside("ScenePage.TabContent", SceneTabPane);

api.patch.instead("PluginSettings", (props, ...rest) => {
  const next = rest[rest.length - 1] as (props: Props) => ReactElement | null;
  const List = (): ReactElement | null => next(props);
  if (props["pluginID"] !== PLUGIN) return next(props);
  return (
    <Boundary otherwise={<List />}>
      <WithPage draw={({ SettingsBox }) => <SettingsBox list={List} kept={kept} />} otherwise={<List />} />
    </Boundary>
  );
});

keepAwake(alarm);

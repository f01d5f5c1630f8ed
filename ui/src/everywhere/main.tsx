/** Runs on all of Stash's pages: the ways to PlexSync's page, the badge, and waking the agent. */
import { PLUGIN, React, api } from "../stash/index.ts";
import type { ComponentType, Props, ReactElement, ReactNode } from "../stash/index.ts";
import { call } from "../protocol/call.ts";
import { store } from "../overview/browser.ts";
import { Boundary } from "./boundary.tsx";
import { WithPage } from "./bundle.tsx";
import { ADDRESS, NavbarIcon } from "./navbar.tsx";
import { SceneTabName, SceneTabPane } from "./scene_tab.tsx";
import { SettingsBox } from "./settings_box.tsx";
import { ToolsRow } from "./tools.tsx";
import { keepAwake } from "./wake.ts";

const WOKEN_AT = "plexsync-woken-at";

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
  <Boundary>
    <WithPage draw={({ Page }) => <Page store={store} />} />
  </Boundary>
);

api.register.route(`${ADDRESS}/:view?`, Route);
beside("MainNavBar.UtilityItems", NavbarIcon, true);
beside("SettingsToolsSection", ToolsRow);
beside("ScenePage.Tabs", SceneTabName);
beside("ScenePage.TabContent", SceneTabPane);

api.patch.instead("PluginSettings", (props, ...rest) => {
  const next = rest[rest.length - 1] as (props: Props) => ReactElement | null;
  if (props["pluginID"] !== PLUGIN) return next(props);
  return (
    <Boundary>
      <SettingsBox list={() => next(props)} />
    </Boundary>
  );
});

keepAwake({
  wake: () => void call("wake", {}).catch(() => undefined),
  now: Date.now,
  isVisible: () => document.visibilityState === "visible",
  turn: {
    get: () => Number(localStorage.getItem(WOKEN_AT)) || 0,
    set: (at) => localStorage.setItem(WOKEN_AT, String(at)),
  },
  everyMinute: (run) => setInterval(run, 60_000),
  whenSeen: (run) => document.addEventListener("visibilitychange", run),
});

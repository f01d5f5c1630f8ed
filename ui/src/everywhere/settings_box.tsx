import { Button, Icon, Link, React, icons, useEffect, useState } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import { store } from "../overview/browser.ts";
import { useKnown } from "../overview/use.ts";
import { APPEARANCES, TINTS } from "../words/states.ts";
import { ADDRESS } from "./navbar.tsx";

/** PlexSync's box in Settings, Plugins: the state and the way to the page, in place of a long list. */
export function SettingsBox({ list: List }: { readonly list: () => ReactElement | null }): ReactElement {
  const { state } = useKnown(store);
  const [open, setOpen] = useState(false);
  useEffect(() => store.watch(), []);
  const appearance = state && APPEARANCES[state.kind];
  return (
    <>
      <div className="setting">
        <div>
          {appearance ? (
            <h3>
              <Icon icon={icons[appearance.icon]} color={TINTS[appearance.colour]} /> {state.sentence}
            </h3>
          ) : null}
          <div className="sub-heading">
            Settings, history and undo are on PlexSync’s own page.{" "}
            <Button variant="link" className="p-0 align-baseline" onClick={() => setOpen(!open)}>
              {open ? "Hide the settings stored here" : "Show the settings stored here"}
            </Button>
          </div>
        </div>
        <div>
          <Link className="btn btn-primary" to={ADDRESS}>
            Open PlexSync
          </Link>
        </div>
      </div>
      {open ? <List /> : null}
    </>
  );
}

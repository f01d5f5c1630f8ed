import { Button, Link, React, useEffect, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import type { KeptStanding } from "../../everywhere/kept.ts";
import { storeOn } from "../../overview/browser.ts";
import { useKnown } from "../../overview/use.ts";
import { StateIcon } from "../../parts/state_icon.tsx";
import { spoken } from "../../words/sentence.ts";

interface SettingsBoxProps {
  /** Stash's own list of the plugin's settings. */
  readonly list: () => ReactElement | null;
  readonly kept: KeptStanding;
}

/** PlexSync's box in Settings, Plugins: the state and the way to the page, in place of a long list. */
export function SettingsBox({ list: List, kept }: SettingsBoxProps): ReactElement {
  const store = storeOn(kept);
  const { standing } = useKnown(store);
  const [open, setOpen] = useState(false);
  useEffect(() => store.watch(), [store]);
  return (
    <>
      <div className="setting ps-box">
        <div>
          {standing && (
            <h3>
              <StateIcon icon={standing.icon} colour={standing.colour} /> {spoken(standing.sentence)}
            </h3>
          )}
          <div className="sub-heading">
            Settings, history and undo are on PlexSync’s own page.{" "}
            <Button variant="link" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? "Hide the settings stored here" : "Show the settings stored here"}
            </Button>
          </div>
        </div>
        <div>
          <Link className="btn btn-primary text-nowrap" to={ADDRESS}>
            Open PlexSync
          </Link>
        </div>
      </div>
      {open && <List />}
    </>
  );
}

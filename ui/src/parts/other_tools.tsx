/** A line about other tools that bring Stash's values to Plex, and how to take over from them. */
import { Button, Link, React, useEffect, useState } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import { ADDRESS } from "../everywhere/address.ts";
import { call } from "../protocol/call.ts";
import type { NamedTool } from "../protocol/operations.ts";
import { ReadingDialog } from "./reading_dialog.tsx";
import { StateIcon } from "./state_icon.tsx";

/** Nothing where no other tool's settings are in Stash, or where Stash cannot be asked. */
export function OtherTools(): ReactElement | null {
  const [tools, take] = useState<readonly NamedTool[]>([]);
  const [open, show] = useState(false);
  useEffect(() => {
    const asking = new AbortController();
    call("other_tools", {}, asking.signal)
      .then((found) => take(found.tools))
      .catch(() => undefined);
    return () => asking.abort();
  }, []);
  if (tools.length === 0) return null;
  return (
    <div className="plexsync-other-tools">
      {tools.map(({ name, advice }) => (
        <p key={name}>
          <StateIcon icon="circle-exclamation" colour="orange" /> {advice.text} {advice.next_step}{" "}
          <Button variant="link" className="plexsync-quiet-link" onClick={() => show(true)}>
            Take over from it…
          </Button>
        </p>
      ))}
      {open && <TakingOver onClose={() => show(false)} />}
    </div>
  );
}

/** The steps of docs/taking-over.md. */
const TakingOver = ({ onClose }: { readonly onClose: () => void }): ReactElement => (
  <ReadingDialog id="plexsync-taking-over" title="Take over from another tool" onClose={onClose}>
    <p>Such tools lock what they write. A locked value looks like yours, so PlexSync leaves it alone until you say otherwise.</p>
    <ol>
      <li>
        Switch the other tool off in <Link to="/settings?tab=plugins">Stash’s settings</Link>.
      </li>
      <li>
        Open <Link to={`${ADDRESS}/setup/taking-over`}>Taking over</Link> in the set-up. It counts the locked values of each field beside
        Stash’s, and writes nothing. <code>plexsync adopt</code> does the same.
      </li>
      <li>Choose the fields that are to follow Stash. All others stay as they are.</li>
      <li>
        Take it back if you like: <em>Give back</em> counts the values as yours again, and History undoes what was written.
      </li>
    </ol>
  </ReadingDialog>
);

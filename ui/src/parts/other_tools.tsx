/** A line about other tools that bring Stash's values to Plex, and how to take over from them. */
import { Link, React, useState } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import { ADDRESS } from "../everywhere/address.ts";
import { call } from "../protocol/call.ts";
import { QuietButton } from "./buttons.tsx";
import { ReadingDialog } from "./reading_dialog.tsx";
import { StateIcon } from "./state_icon.tsx";
import { usePolled } from "./use_polled.ts";

/** Nothing where no other tool's settings are in Stash, or where Stash cannot be asked. */
export function OtherTools(): ReactElement | null {
  const { value } = usePolled((signal) => call("other_tools", {}, signal));
  const [open, show] = useState(false);
  const tools = value?.tools ?? [];
  if (tools.length === 0) return null;
  return (
    <div className="ps-other-tools">
      {tools.map(({ name, advice }) => (
        <p key={name}>
          <StateIcon icon="circle-exclamation" colour="orange" /> {advice.text} {advice.next_step}{" "}
          <QuietButton onClick={() => show(true)}>
            Take over from it…
          </QuietButton>
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

/** What each part of the page is for, and where to read more. */
import { React } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import { Facts } from "../parts/facts.tsx";
import { ReadingDialog } from "../parts/reading_dialog.tsx";

const PARTS: readonly (readonly [string, string])[] = [
  ["Overview", "The first line says whether all is well. If not, its button is the next step."],
  ["Needs you", "Scenes that PlexSync cannot do alone, each with what to do."],
  ["Reconcile", "Compares both sides. A preview shows what would change and writes nothing."],
  ["Queue", "What is yet to reach Plex, in the order of the work, and why a scene waits."],
  ["History", "What PlexSync wrote, and the way back: of one field, a scene or a whole run."],
  ["Settings", "Server, libraries, folders, and what wins in each field."],
  ["A scene’s tab", "The tab Plex on a scene’s page shows both sides, field by field."],
];

export const HelpDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => (
  <ReadingDialog id="plexsync-help" title="Help" onClose={onClose}>
    <Facts of={PARTS} />
    <p className="mt-3">
      Something is odd? The menu’s <b>Check set-up</b> looks at both servers, and <b>Download bug report</b> packs what helps to find a
      mistake. On the command line, <code>plexsync --help</code> lists what each button does there. The guide is the folder <code>docs</code> of
      PlexSync’s source.
    </p>
  </ReadingDialog>
);

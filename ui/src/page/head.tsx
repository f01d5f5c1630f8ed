import { Dropdown, Icon, Link, React, icons, useState, useToast } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import { ADDRESS } from "../everywhere/address.ts";
import { downloadBugReport } from "../parts/bug_report.ts";
import { CallError, call } from "../protocol/call.ts";
import { usePage } from "./context.tsx";
import { HelpDialog } from "./help_dialog.tsx";
import { ServerIcon, named, short, told } from "./overview/servers_card.tsx";

interface HeadProps {
  readonly title: string;
}

/** The page's head: its title, and a menu for what is done seldom. */
export function Head({ title }: HeadProps): ReactElement {
  const [isHelping, help] = useState(false);
  return (
    <header className="ps-head">
      <h1>{title}</h1>
      <Servers />
      <Menu help={() => help(true)} />
      {isHelping && <HelpDialog onClose={() => help(false)} />}
    </header>
  );
}

/** Whether both servers are there, in a line. */
function Servers(): ReactElement | null {
  const { overview, standing } = usePage().known;
  if (!overview || standing?.kind === "not_set_up") return null;
  const { stash, plex } = overview.servers;
  return (
    <div className="ps-servers">
      <span>
        <ServerIcon of={stash} />
        {told("Stash", stash, short(stash.version))}
      </span>
      <span>
        <ServerIcon of={plex} />
        {told("Plex", plex, named(plex))}
      </span>
    </div>
  );
}

/** The state says by itself when Stash is away or the session over. */
const isSaidAnyway = (problem: unknown): boolean => problem instanceof CallError && problem.why !== "refused";

function Menu({ help }: { readonly help: () => void }): ReactElement {
  const { store, known } = usePage();
  const toast = useToast();
  const flip = (name: "paused" | "dry_run", on: boolean, done: string): void => {
    call("switch", { name, on })
      .then(() => toast.success(done))
      .catch((problem: unknown) => isSaidAnyway(problem) || toast.error(problem))
      .finally(store.refresh);
  };
  const restart = (): void => {
    call("restart", {})
      .then(() => toast.success("PlexSync starts anew."))
      .catch((problem: unknown) => isSaidAnyway(problem) || toast.error(problem))
      .finally(store.refresh);
  };
  const overview = known.overview;
  return (
    <Dropdown alignRight>
      <Dropdown.Toggle variant="secondary" className="minimal" aria-label="More">
        <Icon icon={icons.faEllipsisV} />
      </Dropdown.Toggle>
      <Dropdown.Menu className="bg-secondary text-white">
        {overview?.paused ? (
          <Item onClick={() => flip("paused", false, "PlexSync goes on.")}>Go on</Item>
        ) : (
          <Item onClick={() => flip("paused", true, "PlexSync is paused.")}>Pause</Item>
        )}
        {overview?.dry_run ? (
          <Item onClick={() => flip("dry_run", false, "The dry run has ended.")}>End the dry run</Item>
        ) : (
          <Item onClick={() => flip("dry_run", true, "Nothing is written until the dry run ends.")}>Dry run</Item>
        )}
        <Dropdown.Item as={Link} className="bg-secondary text-white" to={`${ADDRESS}/setup`}>
          Check set-up
        </Dropdown.Item>
        <Item onClick={() => void downloadBugReport().catch(toast.error)}>Download bug report</Item>
        <Item onClick={restart}>Restart PlexSync</Item>
        <Item onClick={help}>Help</Item>
      </Dropdown.Menu>
    </Dropdown>
  );
}

const Item = (props: { readonly onClick: () => void; readonly children: string }): ReactElement => (
  <Dropdown.Item as="button" className="bg-secondary text-white" {...props} />
);

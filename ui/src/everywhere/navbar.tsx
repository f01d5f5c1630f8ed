import { Badge, Icon, Nav, NavLink, React, icons } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import { store } from "../overview/browser.ts";
import { useKnown } from "../overview/use.ts";

export const ADDRESS = "/plugins/plexsync";

/** The icon in Stash's bar, with a badge when something needs the person; it reads what is known and asks nothing. */
export function NavbarIcon(): ReactElement {
  const { state } = useKnown(store);
  const title = state ? `PlexSync: ${state.sentence}` : "PlexSync";
  return (
    <Nav.Link as={NavLink} className="nav-utility btn minimal d-flex align-items-center" to={ADDRESS} title={title} aria-label={title}>
      <span style={{ position: "relative" }}>
        <Icon icon={icons.faRightLeft} />
        {state?.badge ? <Badge style={BADGE}>{state.badge}</Badge> : null}
      </span>
    </Nav.Link>
  );
}

const BADGE = { background: "#d9822b", color: "#10161a", position: "absolute", top: "-0.7em", left: "60%" } as const;

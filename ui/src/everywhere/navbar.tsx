import { Badge, Icon, Nav, NavLink, React, icons, useEffect, useState } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import { spoken } from "../words/sentence.ts";
import { ADDRESS } from "./address.ts";
import { kept } from "./browser.ts";

/** The icon in Stash's bar, with a badge when something needs the person; it reads what is known and asks nothing. */
export function NavbarIcon(): ReactElement {
  const [standing, take] = useState(kept.read);
  useEffect(() => kept.subscribe(() => take(kept.read())), []);
  const title = standing ? `PlexSync: ${spoken(standing.sentence)}` : "PlexSync";
  return (
    <Nav.Link as={NavLink} className="nav-utility btn minimal d-flex align-items-center" to={ADDRESS} title={title} aria-label={title}>
      <span style={{ position: "relative" }}>
        <Icon icon={icons.faRightLeft} />
        {standing?.badge && <Badge style={BADGE}>{standing.badge}</Badge>}
      </span>
    </Nav.Link>
  );
}

const BADGE = { background: "#d9822b", color: "#10161a", position: "absolute", top: "-0.7em", left: "60%" } as const;

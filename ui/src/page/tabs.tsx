import { Link, React, useEffect, useRef } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import { ADDRESS } from "../everywhere/address.ts";
import { VIEWS } from "./views.ts";
import type { View } from "./views.ts";

/** The tabs: links, in one row that scrolls on a phone. */
export function Tabs({ current }: { readonly current: View }): ReactElement {
  const open = useRef<HTMLLIElement>(null);
  useEffect(() => open.current?.scrollIntoView?.({ block: "nearest", inline: "nearest" }), [current]);
  return (
    <nav aria-label="PlexSync">
      <ul className="nav nav-tabs plexsync-tabs">
        {VIEWS.filter((view) => view.hasTab).map((view) => (
          <li key={view.path} className="nav-item" ref={view === current ? open : null}>
            <Link
              className={`nav-link ${view === current ? "active" : ""}`}
              aria-current={view === current ? "page" : undefined}
              to={view.path ? `${ADDRESS}/${view.path}` : ADDRESS}
            >
              {view.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

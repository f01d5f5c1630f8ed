import { Badge, Link, React, useEffect, useIntl, useRef } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import { ADDRESS } from "../everywhere/address.ts";
import { written } from "../words/numbers.ts";
import { usePage } from "./context.tsx";
import { VIEWS } from "./views.ts";
import type { View } from "./views.ts";

/** What a tab counts: scenes that need the person, and the queue while it moves. */
function Count({ of }: { readonly of: View }): ReactElement | null {
  const { overview } = usePage().known;
  const { locale } = useIntl();
  const queue = overview?.queue;
  if (of.path === "needs-you" && queue?.needs_you) {
    return <Badge className="ps-badge">{written(queue.needs_you, locale)}</Badge>;
  }
  if (of.path === "queue" && queue?.on_the_way && overview?.moving) {
    return <span className="text-muted ml-2">{written(queue.on_the_way, locale)}</span>;
  }
  return null;
}

/** The tabs: links, in one row that scrolls on a phone. */
export function Tabs({ current }: { readonly current: View }): ReactElement {
  const open = useRef<HTMLLIElement>(null);
  useEffect(() => open.current?.scrollIntoView?.({ block: "nearest", inline: "nearest" }), [current]);
  return (
    <nav aria-label="PlexSync">
      <ul className="nav nav-tabs ps-tabs">
        {VIEWS.filter((view) => view.hasTab).map((view) => (
          <li key={view.path} className="nav-item" ref={view === current ? open : null}>
            <Link
              className={`nav-link ${view === current ? "active" : ""}`}
              aria-current={view === current ? "page" : undefined}
              to={view.path ? `${ADDRESS}/${view.path}` : ADDRESS}
            >
              {view.label}
              <Count of={view} />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

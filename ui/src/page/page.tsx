import { React, useEffect, useParams } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import type { KeptStanding } from "../everywhere/kept.ts";
import { storeOn } from "../overview/browser.ts";
import { useKnown } from "../overview/use.ts";
import { useNow } from "../parts/use_now.ts";
import { Announcement } from "./announcement.tsx";
import { Context } from "./context.tsx";
import { Head } from "./head.tsx";
import { Tabs } from "./tabs.tsx";
import { ViewBoundary } from "./view_boundary.tsx";
import { VIEWS } from "./views.ts";

/** Stash sets the title late; ours goes behind it. */
const TITLE_MS = 60;

/** PlexSync's page: head, tabs and the view that the address names. */
export function Page({ kept }: { readonly kept: KeptStanding }): ReactElement {
  const store = storeOn(kept);
  const known = useKnown(store);
  const { view: path = "" } = useParams<{ view?: string }>();
  const view = VIEWS.find((one) => one.path === path) ?? VIEWS[0]!;
  useEffect(() => store.watch(), [store]);
  useEffect(() => {
    const title = view.path ? `${view.label} – PlexSync` : "PlexSync";
    const timer = setTimeout(() => (document.title = title), TITLE_MS);
    return () => clearTimeout(timer);
  }, [view]);
  const { Content } = view;
  return (
    <Context.Provider value={{ store, known, now: useNow() }}>
      <main className="plexsync container">
        <Head title={view.hasTab ? "PlexSync" : view.label} />
        {view.hasTab && known.standing?.kind !== "not_set_up" && <Tabs current={view} />}
        <Announcement standing={known.standing} />
        <ViewBoundary key={view.path}>
          <Content />
        </ViewBoundary>
      </main>
    </Context.Provider>
  );
}

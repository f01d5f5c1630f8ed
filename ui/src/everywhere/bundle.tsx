import { React, PLUGIN, below, useEffect, useState } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import type * as Page from "../page/main.tsx";

declare const PAGE_VERSION: string;

type Loaded = typeof Page;

/** The page's own files, fetched once when a person opens it. The version in their addresses outlives no update. */
let loading: Promise<Loaded> | null = null;

function load(): Promise<Loaded> {
  const address = (name: string): string => below(`plugin/${PLUGIN}/assets/${name}?v=${PAGE_VERSION}`).href;
  loading ??= Promise.all([import(address("page.js")) as Promise<Loaded>, styled(address("page.css"))])
    .then(([page]) => page)
    .catch((problem: unknown) => {
      loading = null;
      throw problem;
    });
  return loading;
}

/** Load a style sheet; a page without it is worse than none. */
const styled = (href: string): Promise<unknown> =>
  new Promise((onload, onerror) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload, onerror }));
  });

interface WithPageProps {
  readonly draw: (page: Loaded) => ReactElement;
  /** What stands there if the files cannot be loaded, in place of saying so. */
  readonly otherwise?: ReactElement;
}

/** Draws what `draw` makes of the page's files once they are there. */
export function WithPage({ draw, otherwise }: WithPageProps): ReactElement | null {
  const [page, take] = useState<Loaded | null>(null);
  const [failed, fail] = useState(false);
  const [attempt, again] = useState(0);
  useEffect(() => {
    fail(false);
    load().then((found) => take(found), () => fail(true));
  }, [attempt]);
  if (failed) return otherwise ?? <Failed again={() => again(attempt + 1)} />;
  return page && draw(page);
}

/** Says that the page is not there, in markup that needs nothing of Stash's libraries. */
export const Failed = ({ again }: { readonly again: () => void }): ReactElement => (
  <div className="container p-4" role="alert">
    <p>PlexSync’s page could not be shown. Look whether Stash runs and PlexSync is still installed.</p>
    <button type="button" className="btn btn-secondary" onClick={again}>
      Try again
    </button>
  </div>
);

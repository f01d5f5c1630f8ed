import { React, useIntl } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import { ago, exactly } from "../words/time.ts";

/** A moment (UTC seconds) as people say it, with the exact time as its title. `now` comes from the overview. */
export function Time({ at, now }: { readonly at: number; readonly now: number }): ReactElement {
  const { locale } = useIntl();
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={exactly(at, locale)}>
      {ago(at, now, locale)}
    </time>
  );
}

import { React, useIntl } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import { ago, exactly, onDay, past } from "../words/time.ts";

interface MomentProps {
  /** UTC seconds. */
  readonly at: number;
  /** The time by the overview, which may be older than what it is told about. */
  readonly now: number;
}

/** A moment that has been, as people say it: never one to come, however old `now` is. */
export const Time = ({ at, now }: MomentProps): ReactElement => <Moment at={at} say={(locale) => past(at, now, locale)} />;

/** A moment to come: "in 8 seconds", "tomorrow 03:00". */
export const Coming = ({ at, now }: MomentProps): ReactElement => <Moment at={at} say={(locale) => ago(at, now, locale)} />;

/** A moment by its day, after "since": "12:31", "yesterday 21:15", "27 Nov". */
export const Day = ({ at, now }: MomentProps): ReactElement => <Moment at={at} say={(locale) => onDay(at, Math.max(at, now), locale)} />;

/** What is said of a moment, with the exact time as its title. */
function Moment({ at, say }: { readonly at: number; readonly say: (locale: string) => string }): ReactElement {
  const { locale } = useIntl();
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={exactly(at, locale)}>
      {say(locale)}
    </time>
  );
}

/** The view "Needs you": scenes that wait for a person, by cause, with what to do about each. */
import { React, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Empty, ErrorBox, Loading } from "../../parts/answers.tsx";
import { Card } from "../../parts/card.tsx";
import { Note } from "../../parts/text.tsx";
import { counted } from "../../words/numbers.ts";
import { usePage } from "../context.tsx";
import { CauseCard } from "./cause_card.tsx";
import { IgnoredCard } from "./ignored_card.tsx";
import { useNeedsYou } from "./use_needs_you.ts";

export function NeedsYou(): ReactElement {
  const { locale } = useIntl();
  const { store } = usePage();
  const { value, error, refresh } = useNeedsYou();
  const renew = (): void => {
    refresh();
    void store.refresh();
  };
  if (!value) return <Card>{error ? <ErrorBox error={error} again={refresh} /> : <Loading />}</Card>;
  return (
    <>
      <ErrorBox error={error} again={refresh} />
      {value.total > 0 ? (
        <Note role="status">
          PlexSync has set {value.total === 1 ? "this scene" : `these ${counted(value.total, "scene", locale)}`} aside and
          writes nothing to {value.total === 1 ? "it" : "them"}. All others go on.
        </Note>
      ) : (
        <Card title="Nothing needs you">
          <Empty>Scenes that Plex refuses, or that share one Plex item, would be here, each with what to do.</Empty>
        </Card>
      )}
      {value.shown.map(({ group, rows }) => (
        <CauseCard key={group.cause} of={group} rows={rows} plexPage={value.plex_page} renew={renew} />
      ))}
      {value.ignored > 0 && <IgnoredCard number={value.ignored} renew={renew} />}
    </>
  );
}

import { React, useEffect, useState } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import type { KnownStanding } from "../overview/overview.ts";
import { spoken } from "../words/sentence.ts";

/** Tells a screen reader how things stand when the kind of state changes, and not with each figure. */
export function Announcement({ standing }: { readonly standing: KnownStanding | null }): ReactElement {
  const [told, tell] = useState("");
  const kind = standing?.kind;
  useEffect(() => tell(standing ? spoken(standing.sentence) : ""), [kind]);
  return (
    <p className="sr-only" role="status">
      {told}
    </p>
  );
}

import { Icon, React, icons, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { SmallButton } from "../../parts/buttons.tsx";
import { RowMenu } from "../../parts/row_menu.tsx";
import type { Deed } from "../../parts/row_menu.tsx";
import { SceneLink } from "../../parts/scene_link.tsx";
import type { NeedyScene } from "../../protocol/operations.ts";
import { sceneName } from "../../words/scenes.ts";
import { onDay } from "../../words/time.ts";
import { usePage } from "../context.tsx";
import { tried } from "./words.ts";

interface SceneRowProps {
  readonly of: NeedyScene;
  readonly plexPage: string;
  readonly button: Deed | null;
  readonly deeds: readonly Deed[];
  /** What became of a row that is about to go. */
  readonly state: "on_the_way" | "in_sync" | null;
}

/** A scene with the one fact that matters about it, and what can be done. */
export function SceneRow({ of: row, plexPage, button, deeds, state }: SceneRowProps): ReactElement {
  const { locale } = useIntl();
  const { now } = usePage();
  const name = sceneName(row);
  const since = row.since > 0 ? `since ${onDay(row.since, now, locale)}` : "";
  const facts = [row.fact, tried(row, now, locale) || since].filter(Boolean).join(" · ");
  return (
    <div className={`ps-needy-row${state === "in_sync" ? " ps-is-repaired" : ""}`}>
      <div className="ps-needy-words">
        <SceneLink of={row} />
        <small title={facts}>{facts}</small>
      </div>
      {state && <Became state={state} />}
      <div className="ps-needy-buttons" hidden={state !== null}>
        {button && (
          <SmallButton onClick={button[1]} aria-label={`${button[0]} (${name})`}>
            {button[0]}
          </SmallButton>
        )}
        {plexPage && row.rating_key && (
          <a className="btn btn-secondary btn-sm minimal" href={plexPage + encodeURIComponent(row.rating_key)} target="_blank" rel="noreferrer" aria-label={`Open in Plex (${name})`} title="Open in Plex">
            <Icon icon={icons.faExternalLinkAlt} />
          </a>
        )}
        <RowMenu label={`More (${name})`} deeds={deeds} />
      </div>
    </div>
  );
}

/** What became of a scene that no longer needs a person. */
const Became = ({ state }: { readonly state: "on_the_way" | "in_sync" }): ReactElement => (
  <span role="status" className={state === "in_sync" ? "ps-added" : "ps-grey"}>
    {state === "in_sync" ? "✓ in sync" : "on its way to Plex"}
  </span>
);

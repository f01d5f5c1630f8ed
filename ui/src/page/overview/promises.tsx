import { Icon, React, icons } from "../../stash/index.ts";
import type { IconDefinition, ReactElement } from "../../stash/index.ts";
import { Card } from "../../parts/card.tsx";
import { tint } from "../../words/appearance.ts";

const PROMISES: readonly (readonly [icon: IconDefinition, title: string, text: string])[] = [
  [icons.faEye, "Look first", "A preview shows each field: what Plex has, what it becomes, and why."],
  [icons.faUserPen, "Your edits stay", "What you changed by hand in Plex is kept, and listed."],
  [icons.faRotateLeft, "Undo", "Every write can be taken back: a field, a scene or a whole run."],
];

/** Three short promises for somebody who has not started yet. */
export const Promises = (): ReactElement => (
  <div className="ps-columns">
    {PROMISES.map(([icon, title, text]) => (
      <Card
        key={title}
        title={
          <>
            <Icon icon={icon ?? icons.faCircle} color={tint("blue")} /> {title}
          </>
        }
      >
        <p className="text-muted mb-0">{text}</p>
      </Card>
    ))}
  </div>
);

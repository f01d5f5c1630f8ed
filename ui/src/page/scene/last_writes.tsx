import { Link, React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import { Time } from "../../parts/time.tsx";
import type { SceneTab, SceneWrite } from "../../protocol/operations.ts";
import { FIELD_NAMES, inOrder } from "../../words/fields.ts";

const SHOWN = 3;

interface LastWritesProps {
  readonly of: SceneTab;
  readonly now: number;
}

/** What was written last, one line for what went out together. */
export function LastWrites({ of: shown, now }: LastWritesProps): ReactElement | null {
  if (shown.writes.length === 0) return null;
  return (
    <section className="plexsync-field">
      <b>Last writes</b>
      <dl className="plexsync-facts">
        {together(shown.writes)
          .slice(0, SHOWN)
          .map(([at, fields]) => (
            <React.Fragment key={at}>
              <dt>
                <Time at={at} now={now} />
              </dt>
              <dd>{fields}</dd>
            </React.Fragment>
          ))}
      </dl>
      <Link className="plexsync-quiet-link" to={`${ADDRESS}/history?scene=${shown.scene_id}`}>
        All writes of this scene
      </Link>
    </section>
  );
}

/** Fields that were written within a second, the newest write first: "title, studio, 6 more". */
export function together(writes: readonly SceneWrite[]): readonly (readonly [number, string])[] {
  const groups = new Map<number, string[]>();
  for (const { at, field } of writes) {
    const known = [...groups.keys()].find((other) => Math.abs(other - at) < 1);
    const fields = groups.get(known ?? at) ?? [];
    if (!fields.includes(field)) fields.push(field);
    groups.set(known ?? at, fields);
  }
  return [...groups].map(([at, fields]) => [at, short(fields)] as const);
}

function short(fields: readonly string[]): string {
  const told = fields.filter((field) => field !== "sort_title" || !fields.includes("title"));
  const names = inOrder(told).map((field) => (FIELD_NAMES[field] ?? field).toLowerCase());
  return names.length <= SHOWN ? names.join(", ") : `${names.slice(0, 2).join(", ")}, ${names.length - 2} more`;
}

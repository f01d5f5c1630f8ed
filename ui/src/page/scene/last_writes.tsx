import { Link, React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import { Facts } from "../../parts/facts.tsx";
import { Time } from "../../parts/time.tsx";
import type { SceneTab } from "../../protocol/operations.ts";
import { SHOWN, together } from "./words.ts";

interface LastWritesProps {
  readonly of: SceneTab;
  readonly now: number;
}

/** What was written last, one line for what went out together. */
export function LastWrites({ of: shown, now }: LastWritesProps): ReactElement | null {
  if (shown.writes.length === 0) return null;
  return (
    <section className="ps-field">
      <b>Last writes</b>
      <Facts of={together(shown.writes).slice(0, SHOWN).map(([at, fields]) => [<Time at={at} now={now} />, fields])} />
      <Link className="ps-quiet-link" to={`${ADDRESS}/history?scene=${shown.scene_id}`}>
        All writes of this scene
      </Link>
    </section>
  );
}

/** The scenes that a person ignores: counted at the end, and shown on demand. */
import { Button, Link, React, useIntl, useState, useToast } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { sayDone } from "../../parts/act_toast.tsx";
import { ManyRows } from "../../parts/many_rows/many_rows.tsx";
import type { Column } from "../../parts/many_rows/column.ts";
import { useBlocks } from "../../parts/many_rows/use_blocks.ts";
import { Time } from "../../parts/time.tsx";
import { call } from "../../protocol/call.ts";
import type { Ignored } from "../../protocol/operations.ts";
import { counted } from "../../words/numbers.ts";
import { usePage } from "../context.tsx";

interface IgnoredCardProps {
  readonly number: number;
  readonly renew: () => void;
}

export function IgnoredCard({ number, renew }: IgnoredCardProps): ReactElement {
  const { locale } = useIntl();
  const [shown, show] = useState(false);
  return (
    <section className="card plexsync-card plexsync-ignored">
      <div className="plexsync-buttons">
        <span>
          {counted(number, "scene", locale)} {number === 1 ? "is" : "are"} ignored.
        </span>
        <Button variant="link" className="plexsync-quiet-link" aria-expanded={shown} onClick={() => show(!shown)}>
          {shown ? "Hide" : "Show"}
        </Button>
      </div>
      {shown && <Rows number={number} renew={renew} />}
    </section>
  );
}

function Rows({ number, renew }: IgnoredCardProps): ReactElement {
  const { now } = usePage();
  const toast = useToast();
  const blocks = useBlocks(`ignored ${number}`, (offset, limit, signal) => call("ignored", { offset, limit }, signal));
  const heed = (row: Ignored): void => {
    call("heed", { scenes: [row.scene_id] })
      .then(() => sayDone(toast, "No longer ignored.", () => call("ignore", { scenes: [row.scene_id] }).then(renew)))
      .catch(toast.error)
      .finally(renew);
  };
  const name = (row: Ignored): string => row.title || `Scene ${row.scene_id}`;
  const scene = (row: Ignored): ReactElement => <Link to={`/scenes/${row.scene_id}`}>{name(row)}</Link>;
  const button = (row: Ignored): ReactElement => (
    <Button size="sm" variant="secondary" aria-label={`Stop ignoring (${name(row)})`} onClick={() => heed(row)}>
      Stop ignoring
    </Button>
  );
  const columns: readonly Column<Ignored>[] = [
    { name: "Scene", width: "1fr", cell: scene },
    { name: "Ignored", width: "8rem", cell: (row) => <Time at={row.since} now={now} /> },
    { name: "Act", width: "8rem", cell: button },
  ];
  const narrow = (row: Ignored): ReactElement => (
    <>
      <div className="plexsync-narrow">{scene(row)}</div>
      {button(row)}
    </>
  );
  return <ManyRows label="Ignored scenes" blocks={blocks} columns={columns} narrow={narrow} empty={null} />;
}

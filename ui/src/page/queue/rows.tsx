import { Icon, Link, React, icons, useIntl } from "../../stash/index.ts";
import type { IconDefinition, ReactElement, ReactNode } from "../../stash/index.ts";
import type { Blocks } from "../../parts/many_rows/blocks.ts";
import type { Column } from "../../parts/many_rows/column.ts";
import { ManyRows } from "../../parts/many_rows/many_rows.tsx";
import { RowMenu } from "../../parts/row_menu.tsx";
import { NarrowLine } from "../../parts/text.tsx";
import type { QueueRow } from "../../protocol/operations.ts";
import { told } from "../../words/advice.ts";
import { why } from "./words.ts";

interface RowsProps {
  /** What is so of a scene in a part of the queue. */
  readonly meaning: (lane: string) => string;
  readonly blocks: Blocks<QueueRow>;
  readonly now: number;
  readonly front: (row: QueueRow) => void;
  readonly remove: (row: QueueRow) => void;
  readonly empty: ReactNode;
}

const STATES: Readonly<Record<string, readonly [string, IconDefinition]>> = {
  working: ["working", icons.faSyncAlt],
  next: ["next", icons.faArrowRight],
  waiting: ["waiting", icons.faClock],
  parked: ["parked", icons.faPauseCircle],
};

/** The rows of the queue: state, scene, why and since when, and what can be done. */
export function Rows({ meaning, blocks, now, front, remove, empty }: RowsProps): ReactElement {
  const { locale } = useIntl();
  const name = ({ row }: QueueRow): string => row.title || `Scene ${row.job.scene_id}`;
  const scene = (one: QueueRow): ReactElement => <Link to={`/scenes/${one.row.job.scene_id}`}>{name(one)}</Link>;
  const state = ({ lane }: QueueRow): ReactElement => {
    const [words, icon] = STATES[lane] ?? [lane, icons.faCircle];
    return (
      <span className={lane === "working" ? "ps-blue" : "ps-grey"} title={meaning(lane)}>
        <Icon icon={icon} className={lane === "working" ? "ps-turning" : ""} /> {words}
      </span>
    );
  };
  const said = (one: QueueRow): ReactElement => {
    const words = why(one, now, locale);
    return <span title={one.row.advice ? told(one.row.advice) : words}>{words}</span>;
  };
  const menu = (one: QueueRow): ReactElement => (
    <RowMenu
      label={`More (${name(one)})`}
      deeds={[
        ["Move to front", () => front(one)],
        ["Remove", () => remove(one)],
      ]}
    />
  );
  const columns: readonly Column<QueueRow>[] = [
    { name: "State", width: "7rem", cell: state },
    { name: "Scene", width: "minmax(8rem, 2fr)", cell: scene },
    { name: "Why", width: "minmax(8rem, 3fr)", cell: said },
    { name: "More", width: "2.5rem", cell: menu },
  ];
  const narrow = (one: QueueRow): ReactElement => (
    <div className="ps-two-lines">
      <NarrowLine>{scene(one)}</NarrowLine>
      <NarrowLine>
        {state(one)} {said(one)}
      </NarrowLine>
      {menu(one)}
    </div>
  );
  return <ManyRows label="Queue" blocks={blocks} columns={columns} narrow={narrow} empty={empty} />;
}

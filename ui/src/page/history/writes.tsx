/** What a run wrote, field by field: the same list as the preview's, however long it is. */
import { Button, Icon, React, icons } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Empty } from "../../parts/answers.tsx";
import type { Column } from "../../parts/many_rows/column.ts";
import { ManyRows } from "../../parts/many_rows/many_rows.tsx";
import { useBlocks } from "../../parts/many_rows/use_blocks.ts";
import { SceneLink } from "../../parts/scene_link.tsx";
import { Grey, NarrowHead, NarrowLine, SmallGrey } from "../../parts/text.tsx";
import { call } from "../../protocol/call.ts";
import type { HistoryRow, HistoryWrite } from "../../protocol/operations.ts";
import { fieldName } from "../../words/fields.ts";
import { sceneName } from "../../words/scenes.ts";
import { ValueChange } from "./value_change.tsx";
import type { Wish } from "./wish.ts";

interface WritesProps {
  readonly of: HistoryRow;
  readonly scene: number;
  readonly text: string;
  readonly onUndo: (wish: Wish) => void;
}

export function Writes({ of, scene, text, onUndo }: WritesProps): ReactElement {
  const blocks = useBlocks<HistoryWrite>(JSON.stringify([of.run, scene, text]), async (offset, limit, signal) => {
    const found = await call("history_run", { run: of.run, scene, text, offset, limit }, signal);
    return { total: found.total, rows: found.writes };
  });
  return (
    <div className="ps-writes">
      <ManyRows
        label={`Written: ${of.what} ${of.about}`}
        blocks={blocks}
        columns={columns(of, onUndo)}
        narrow={(row) => <Narrow row={row} />}
        begins={(row, before) => row.scene_id !== before?.scene_id}
        empty={<Empty>Nothing was written.</Empty>}
      />
    </div>
  );
}

const columns = (of: HistoryRow, onUndo: (wish: Wish) => void): readonly Column<HistoryWrite>[] => [
  { name: "Scene", width: "minmax(0, 1.3fr)", cell: (row, before) => <Scene {...{ row, before }} /> },
  { name: "Field", width: "6.5rem", cell: (row) => fieldName(row.field) },
  { name: "Before → after", width: "minmax(0, 3fr)", cell: (row) => <ValueChange {...row} /> },
  { name: "Why", width: "minmax(0, 1.5fr)", cell: (row) => <SmallGrey>{row.reason}</SmallGrey> },
  { name: "Undo", width: "2.5rem", cell: (row) => (of.can_undo ? <UndoField {...{ of, row, onUndo }} /> : null) },
];

function Scene({ row, before }: { readonly row: HistoryWrite; readonly before: HistoryWrite | undefined }): ReactElement {
  const name = sceneName(row);
  if (row.scene_id === before?.scene_id) return <span className="sr-only">{name}</span>;
  return (
    <SceneLink of={row} />
  );
}

interface UndoFieldProps {
  readonly of: HistoryRow;
  readonly row: HistoryWrite;
  readonly onUndo: (wish: Wish) => void;
}

function UndoField({ of, row, onUndo }: UndoFieldProps): ReactElement {
  const name = `Undo ${(fieldName(row.field)).toLowerCase()} of ${row.title || `scene ${row.scene_id}`}…`;
  const wish = { run: of.run, scene: row.scene_id, fields: [row.field], title: `Undo: ${row.title || `scene ${row.scene_id}`}` };
  return (
    <Button className="minimal" variant="secondary" size="sm" title={name} aria-label={name} onClick={() => onUndo(wish)}>
      <Icon icon={icons.faRotateLeft} />
    </Button>
  );
}

const Narrow = ({ row }: { readonly row: HistoryWrite }): ReactElement => (
  <>
    <NarrowHead>
      <b>{sceneName(row)}</b> <Grey>{fieldName(row.field)}</Grey>
    </NarrowHead>
    <NarrowLine>
      <ValueChange {...row} />
    </NarrowLine>
  </>
);

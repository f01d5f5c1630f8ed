import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ManyRows } from "../../parts/many_rows/many_rows.tsx";
import { useBlocks } from "../../parts/many_rows/use_blocks.ts";
import { call } from "../../protocol/call.ts";
import type { CauseGroup, NeedyScene } from "../../protocol/operations.ts";

interface AllRowsProps {
  readonly of: CauseGroup;
  readonly row: (of: NeedyScene) => ReactElement;
}

/** Every scene of a cause, however many there are; another number loads them anew. */
export function AllRows({ of: { cause, number, title }, row }: AllRowsProps): ReactElement {
  const blocks = useBlocks(`${cause} ${number}`, (offset, limit, signal) =>
    call("needs_you_rows", { cause, offset, limit }, signal),
  );
  return (
    <ManyRows
      label={title}
      blocks={blocks}
      columns={[{ name: "Scene", width: "1fr", cell: row }]}
      narrow={row}
      rowPx={62}
      empty={null}
    />
  );
}

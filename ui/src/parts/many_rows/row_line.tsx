import { React } from "../../stash/index.ts";
import type { ReactElement, ReactNode } from "../../stash/index.ts";
import type { Column } from "./column.ts";

interface RowLineProps<Row> {
  readonly index: number;
  readonly topPx: number;
  readonly rowPx: number;
  readonly row: Row | undefined;
  readonly before: Row | undefined;
  readonly columns: readonly Column<Row>[];
  readonly narrow: boolean;
  /** Whether Tab leads to this row. */
  readonly active: boolean;
  onActive(index: number): void;
  short(row: Row): ReactNode;
  readonly begins: ((row: Row, before: Row | undefined) => boolean) | undefined;
  readonly onOpen: ((row: Row, index: number) => void) | undefined;
}

/** One row where it stands, or a grey bar until it is known. */
export function RowLine<Row>(props: RowLineProps<Row>): ReactElement {
  const { index, topPx, rowPx, row, before, columns, narrow, active, onActive, short, begins, onOpen } = props;
  const style = {
    transform: `translateY(${topPx}px)`,
    height: rowPx,
    gridTemplateColumns: narrow ? "1fr" : columns.map(({ width }) => width).join(" "),
  };
  const isNew = row !== undefined && (begins?.(row, before) ?? true);
  const className = `ps-row ps-line${isNew ? " ps-begins" : ""}${onOpen ? " ps-opens" : ""}`;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      tabIndex={active ? 0 : -1}
      onFocus={() => onActive(index)}
      onClick={(event) => row !== undefined && !isControl(event.target) && onOpen?.(row, index)}
      {...{ className, style }}
    >
      {row === undefined ? <Unknown /> : narrow ? <div role="cell">{short(row)}</div> : cells(columns, row, before)}
    </div>
  );
}

const isControl = (target: EventTarget): boolean => target instanceof Element && target.closest("a, button") !== null;

const Unknown = (): ReactElement => (
  <div role="cell" className="ps-bar">
    <span className="sr-only">on its way</span>
  </div>
);

function cells<Row>(columns: readonly Column<Row>[], row: Row, before: Row | undefined): ReactNode {
  let covered = 0;
  return columns.map((column, at) => {
    if (at < covered) return null;
    const span = column.span?.(row) ?? 1;
    covered = at + span;
    return (
      <div key={column.name} role="cell" {...(span > 1 ? { "aria-colspan": span, style: { gridColumn: `span ${span}` } } : {})}>
        {column.cell(row, before)}
      </div>
    );
  });
}

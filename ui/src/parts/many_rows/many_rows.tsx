import { React, useEffect, useRef, useState } from "../../stash/index.ts";
import type { KeyboardEvent, ReactElement, ReactNode } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../answers.tsx";
import type { Blocks } from "./blocks.ts";
import type { Column } from "./column.ts";
import { scrolledTo, spacePx } from "./geometry.ts";
import { RowLine } from "./row_line.tsx";
import { useNarrow } from "./use_narrow.ts";
import { useWindow } from "./use_window.ts";

const ROW_PX = 34;
const NARROW_ROW_PX = 62;
/** What stands over the top of the list: Stash's bar, and the list's own head where it has one. */
const BAR_PX = 48;

export interface ManyRowsProps<Row> {
  /** What the list is, for those who cannot see it. */
  readonly label: string;
  readonly blocks: Blocks<Row>;
  readonly columns: readonly Column<Row>[];
  /** A row on a phone: two short lines. */
  narrow(row: Row): ReactNode;
  /** Tells whether a row begins something new, which gets a line above it. */
  begins?(row: Row, before: Row | undefined): boolean;
  onOpen?(row: Row, index: number): void;
  /** The height of a row where it is another than usual, in pixels. */
  readonly rowPx?: number;
  /** What stands there when there is no row. */
  readonly empty: ReactNode;
}

/** A list of any number of rows that scrolls with the window. Only what is seen is drawn; unknown rows are grey bars. */
export function ManyRows<Row>(props: ManyRowsProps<Row>): ReactElement {
  const { blocks, empty } = props;
  const again = (): void => blocks.refresh();
  return (
    <>
      <ErrorBox error={blocks.trouble} again={again} />
      {blocks.total === null && !blocks.trouble && <Loading />}
      {blocks.total === 0 && empty}
      {blocks.total ? <Table {...props} count={blocks.total} /> : null}
    </>
  );
}

function Table<Row>(props: ManyRowsProps<Row> & { readonly count: number }): ReactElement {
  const { label, blocks, columns, count, onOpen } = props;
  const narrow = useNarrow();
  const rowPx = props.rowPx ?? (narrow ? NARROW_ROW_PX : ROW_PX);
  const space = useRef<HTMLDivElement>(null);
  const { rows, measured } = useWindow(space, count, rowPx);
  const [active, setActive] = useState(0);
  const focus = useRef(false);
  useEffect(() => blocks.show(rows.first, rows.end), [blocks, rows.first, rows.end]);
  useEffect(() => {
    if (!focus.current) return;
    const line = space.current?.querySelector<HTMLElement>(`[aria-rowindex="${active + 2}"]`);
    if (line) focus.current = false;
    line?.focus({ preventScroll: true });
  });
  const go = (to: number): void => {
    const row = Math.max(0, Math.min(count - 1, to));
    const at = measured();
    const px = scrolledTo(row, at, narrow ? 0 : BAR_PX + ROW_PX);
    focus.current = true;
    setActive(row);
    if (px !== null) window.scrollBy(0, px - at.topPx);
  };
  const pressed = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(window.innerHeight / rowPx) - 2);
    const ways: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    };
    const to = ways[event.key];
    const row = blocks.row(active);
    if (to !== undefined) go(to);
    else if (event.key === "Enter" && isLine(event.target) && row !== undefined) onOpen?.(row, active);
    else return;
    event.preventDefault();
  };
  const reached = active >= rows.first && active < rows.end ? active : rows.first;
  const indexes = Array.from({ length: rows.end - rows.first }, (_, at) => rows.first + at);
  return (
    <div className="ps-rows" role="table" aria-label={label} aria-rowcount={count + 1} onKeyDown={pressed}>
      <Head columns={columns} narrow={narrow} />
      <div ref={space} role="rowgroup" className="ps-space" style={{ height: spacePx(count, rowPx) }}>
        {indexes.map((index) => (
          <RowLine
            key={index}
            {...{ index, rowPx, columns, narrow, active: index === reached, onActive: setActive }}
            topPx={index * rowPx - rows.shiftPx}
            row={blocks.row(index)}
            before={index ? blocks.row(index - 1) : undefined}
            short={props.narrow}
            begins={props.begins}
            onOpen={onOpen}
          />
        ))}
      </div>
    </div>
  );
}

const isLine = (target: EventTarget): boolean => target instanceof HTMLElement && target.getAttribute("role") === "row";

/** The names of the columns; on a phone they are there for screen readers alone. */
function Head<Row>({ columns, narrow }: { readonly columns: readonly Column<Row>[]; readonly narrow: boolean }): ReactElement {
  const named = narrow ? columns.slice(0, 1) : columns;
  return (
    <div role="rowgroup" className={narrow ? "sr-only" : "ps-rows-head"}>
      <div role="row" aria-rowindex={1} className="ps-row" style={narrow ? {} : tracks(columns)}>
        {named.map(({ name }) => (
          <div key={name} role="columnheader">
            {name}
          </div>
        ))}
      </div>
    </div>
  );
}

/** The columns as tracks of a grid. */
const tracks = <Row,>(columns: readonly Column<Row>[]): { gridTemplateColumns: string } => ({
  gridTemplateColumns: columns.map(({ width }) => width).join(" "),
});

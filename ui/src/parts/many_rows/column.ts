import type { ReactNode } from "../../stash/index.ts";

/** A column: its name, its share of the width (as a grid track), and what it shows of a row. */
export interface Column<Row> {
  readonly name: string;
  readonly width: string;
  cell(row: Row, before: Row | undefined): ReactNode;
  /** How many columns the cell takes, itself included; the next ones are left out. */
  span?(row: Row): number;
}

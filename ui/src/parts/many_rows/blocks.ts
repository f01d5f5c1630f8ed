/** The rows of a long list, fetched in blocks from the side that has all of them. */

import { errorOf } from "../../words/errors.ts";

export const BLOCK = 1000;
const KEPT = 10;
/** A block is fetched when the window comes so near to it. */
const AHEAD = 300;

/** What a loader gives for a block: how many rows there are in all, and those from `offset` on. */
export interface Block<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}

export type Load<Row> = (offset: number, limit: number, signal: AbortSignal) => Promise<Block<Row>>;

/** Keeps ten blocks around what is seen, and asks for one at a time. */
export class Blocks<Row> {
  /** How many rows there are; null until that is known. */
  total: number | null = null;
  /** Why the last block did not come. */
  trouble: Error | null = null;
  readonly #kept = new Map<number, readonly Row[]>();
  readonly #old = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #wanted: readonly [number, number] = [0, 0];
  #asking: AbortController | null = null;
  #closed = false;
  readonly #load: Load<Row>;

  constructor(load: Load<Row>) {
    this.#load = load;
  }

  /** Be told of changes. Returns what ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Return a row, undefined until it is here. */
  row(index: number): Row | undefined {
    return this.#kept.get(Math.floor(index / BLOCK))?.[index % BLOCK];
  }

  /** Say which rows are seen: what is needed around them is fetched. */
  show(first: number, end: number): void {
    this.#wanted = [first, end];
    void this.#fetch();
  }

  /** Fetch anew what is seen; the rows stay until theirs have come. */
  refresh(): void {
    for (const block of this.#kept.keys()) this.#old.add(block);
    this.trouble = null;
    void this.#fetch();
  }

  /** Take back what is asked. */
  close(): void {
    this.#closed = true;
    this.#asking?.abort();
    this.#listeners.clear();
  }

  async #fetch(): Promise<void> {
    if (this.#asking || this.trouble || this.#closed) return;
    const block = this.#needed();
    if (block === null) return;
    const asking = (this.#asking = new AbortController());
    try {
      const { total, rows } = await this.#load(block * BLOCK, BLOCK, asking.signal);
      if (asking.signal.aborted) return;
      this.#take(block, total, rows);
    } catch (problem) {
      if (asking.signal.aborted) return;
      this.trouble = errorOf(problem);
    } finally {
      this.#asking = null;
    }
    this.#listeners.forEach((listener) => listener());
    void this.#fetch();
  }

  #take(block: number, total: number, rows: readonly Row[]): void {
    this.total = total;
    this.#kept.set(block, rows);
    this.#old.delete(block);
    const middle = Math.floor((this.#wanted[0] + this.#wanted[1]) / 2 / BLOCK);
    const far = [...this.#kept.keys()].sort((one, other) => Math.abs(other - middle) - Math.abs(one - middle));
    for (const one of far.slice(0, Math.max(0, far.length - KEPT))) this.#kept.delete(one);
  }

  /** The next block to fetch: one that is seen goes before one that is near. */
  #needed(): number | null {
    const [first, end] = this.#wanted;
    const last = Math.max(first, end - 1);
    const most = this.total === null ? 0 : Math.max(0, Math.ceil(this.total / BLOCK) - 1);
    const near = [first, last, last + AHEAD, first - AHEAD].map((row) => Math.floor(Math.max(0, row) / BLOCK));
    const missing = near.filter((block) => block <= most && (!this.#kept.has(block) || this.#old.has(block)));
    return missing[0] ?? null;
  }
}

/** Keeps the state from flickering: another kind shows once it has lasted, its figures at once. */
import type { State } from "../protocol/operations.ts";

const LASTING_MS = 5_000;

export class Calm {
  private current: State | null = null;
  private fresh: { readonly kind: State["kind"]; readonly since: number } | null = null;

  constructor(private readonly now: () => number) {}

  /** Whether a new kind waits to be shown. */
  get waits(): boolean {
    return this.fresh !== null;
  }

  /** Let the next state show at once, since a person has asked for it. */
  skip(): void {
    this.current = null;
  }

  /** Return the state to show for the one that was told. */
  shown(told: State): State {
    if (this.current === null || told.kind === this.current.kind) return this.take(told);
    if (this.fresh?.kind !== told.kind) this.fresh = { kind: told.kind, since: this.now() };
    return this.now() - this.fresh.since >= LASTING_MS ? this.take(told) : this.current;
  }

  private take(told: State): State {
    this.fresh = null;
    this.current = told;
    return told;
  }
}

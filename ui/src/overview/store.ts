/** The one store of the overview, for everything of ours on the page; it lives in the small script. */
import type { Overview, State } from "../protocol/operations.ts";
import { CallError } from "../protocol/call.ts";
import { Calm } from "./calm.ts";

/** What is known now: the last overview, the trouble since then, and whether it was asked for at all. */
export interface Known {
  readonly overview: Overview | null;
  readonly state: State | null;
  readonly trouble: CallError | null;
}

/** What the store needs of the browser; tests hand in their own. */
export interface Browser {
  ask(): Promise<Overview>;
  now(): number;
  isVisible(): boolean;
  later(run: () => void, ms: number): number;
  forget(timer: number): void;
  /** Keep the state for other tabs and the next visit; figures only, no titles. */
  keep(state: State): void;
  kept(): State | null;
}

const MOVING_MS = 2_000;
const RESTING_MS = 30_000;

export class OverviewStore {
  private known: Known;
  private readonly calm: Calm;
  private readonly listeners = new Set<() => void>();
  private watchers = 0;
  private timer: number | null = null;
  private asking: Promise<void> | null = null;

  constructor(private readonly browser: Browser) {
    this.calm = new Calm(browser.now);
    this.known = { overview: null, state: browser.kept(), trouble: null };
  }

  /** What is known now; the same object until it changes. */
  readonly read = (): Known => this.known;

  /** Be told of changes; asks for nothing. Returns what ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Keep it fresh while somebody looks at it. Returns what ends that. */
  readonly watch = (): (() => void) => {
    this.watchers += 1;
    if (this.watchers === 1) void this.refresh();
    return () => {
      this.watchers -= 1;
      if (this.watchers === 0) this.rest();
    };
  };

  /** Ask now; after an act of a person the new state shows at once. Never throws: trouble is part of what is known. */
  readonly refresh = (byPerson = false): Promise<void> => {
    if (byPerson) this.calm.skip();
    this.asking ??= this.ask().finally(() => (this.asking = null));
    return this.asking;
  };

  /** Take over what another tab was told, or go on after the page was hidden. */
  readonly notice = (): void => {
    const state = this.browser.kept();
    if (state && this.watchers === 0) this.tell({ ...this.known, state });
    if (!this.browser.isVisible()) this.rest();
    else if (this.watchers > 0 && this.timer === null) void this.refresh();
  };

  private async ask(): Promise<void> {
    this.rest();
    try {
      const overview = await this.browser.ask();
      const state = this.calm.shown(overview.state);
      this.browser.keep(state);
      this.tell({ overview, state, trouble: null });
    } catch (problem) {
      const trouble = problem instanceof CallError ? problem : new CallError("malformed", String(problem));
      this.tell({ ...this.known, trouble });
    }
    this.plan();
  }

  private plan(): void {
    if (this.watchers === 0 || !this.browser.isVisible()) return;
    const soon = this.known.overview?.moving || this.known.trouble || this.calm.waits;
    this.timer = this.browser.later(() => void this.refresh(), soon ? MOVING_MS : RESTING_MS);
  }

  private rest(): void {
    if (this.timer !== null) this.browser.forget(this.timer);
    this.timer = null;
  }

  private tell(known: Known): void {
    this.known = known;
    this.listeners.forEach((listener) => listener());
  }
}

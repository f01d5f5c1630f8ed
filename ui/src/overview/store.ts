/** The one store of the overview, for everything of ours on the page. */
import { CallError } from "../protocol/call.ts";
import type { Overview, KnownStanding } from "./overview.ts";
import { isShown, standingIn } from "./trouble.ts";
import type { Trouble } from "./trouble.ts";

/** What is known now: the last overview, how things stand, and the trouble since then. */
export interface Known {
  readonly overview: Overview | null;
  readonly standing: KnownStanding | null;
  readonly trouble: Trouble | null;
}

/** What the store needs of the browser; tests hand in their own. */
export interface Browser {
  ask(): Promise<Overview>;
  now(): number;
  isVisible(): boolean;
  later(run: () => void, ms: number): number;
  forget(timer: number): void;
  /** Where it is kept how things stand, for the icon, for other tabs and for the next visit. */
  readonly kept: { read(): KnownStanding | null; keep(standing: KnownStanding): void };
}

const MOVING_MS = 2_000;
const RESTING_MS = 30_000;

export class OverviewStore {
  #known: Known;
  readonly #listeners = new Set<() => void>();
  #watchers = 0;
  #timer: number | null = null;
  #asking: Promise<void> | null = null;
  readonly #browser: Browser;

  constructor(browser: Browser) {
    this.#browser = browser;
    this.#known = { overview: null, standing: browser.kept.read(), trouble: null };
  }

  /** What is known now; the same object until it changes. */
  readonly read = (): Known => this.#known;

  /** Be told of changes; asks for nothing. Returns what ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Keep it fresh while somebody watches. Returns what ends that. */
  readonly watch = (): (() => void) => {
    this.#watchers += 1;
    if (this.#watchers === 1) void this.refresh();
    return () => {
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#rest();
    };
  };

  /** Ask now. Never throws: trouble is part of what is known. */
  readonly refresh = (): Promise<void> => {
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  };

  /** Rest while the page is hidden, and ask at once when it is seen again. */
  readonly notice = (): void => {
    if (!this.#browser.isVisible()) this.#rest();
    else if (this.#watchers > 0 && this.#timer === null) void this.refresh();
  };

  async #ask(): Promise<void> {
    this.#rest();
    try {
      const overview = await this.#browser.ask();
      this.#browser.kept.keep(overview.standing);
      this.#tell({ overview, standing: overview.standing, trouble: null });
    } catch (problem) {
      this.#fail(problem instanceof CallError ? problem : new CallError("malformed", String(problem)));
    }
    this.#plan();
  }

  #fail(error: CallError): void {
    const { overview, trouble: last, standing } = this.#known;
    const since = last?.error.why === error.why ? last.since : this.#browser.now();
    const trouble = { error, since };
    const shown = isShown(trouble, overview, this.#browser.now());
    this.#tell({ overview, trouble, standing: shown ? standingIn(trouble, overview) : standing });
  }

  #plan(): void {
    if (this.#watchers === 0 || !this.#browser.isVisible()) return;
    const { trouble, overview } = this.#known;
    const soon = trouble ? trouble.error.why === "stash_away" : overview?.moving;
    this.#timer = this.#browser.later(() => void this.refresh(), soon ? MOVING_MS : RESTING_MS);
  }

  #rest(): void {
    if (this.#timer !== null) this.#browser.forget(this.#timer);
    this.#timer = null;
  }

  #tell(known: Known): void {
    this.#known = known;
    this.#listeners.forEach((listener) => listener());
  }
}

/** How things stood when any tab was told last: all that the icon in Stash's bar needs. It asks nothing. */
import type { KnownStanding } from "../overview/overview.ts";

/** Where it is kept; figures only, no titles. */
export interface Place {
  read(): string | null;
  write(text: string): void;
}

export class KeptStanding {
  #text: string | null | undefined;
  #standing: KnownStanding | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Return it, null if nobody was told yet or it cannot be read; the same object until it changes. */
  readonly read = (): KnownStanding | null => {
    const text = this.#place.read();
    if (text !== this.#text) {
      this.#text = text;
      this.#standing = standingIn(text);
    }
    return this.#standing;
  };

  /** Keep a newer one, for all tabs. */
  readonly keep = (standing: KnownStanding): void => {
    this.#place.write(JSON.stringify(standing));
    this.tell();
  };

  /** Keep an answer's standing if it is one. */
  readonly take = (told: unknown): void => {
    if (isStanding(told)) this.keep(told);
  };

  /** Be told of changes. Returns what ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Tell that another tab has kept a newer one. */
  readonly tell = (): void => this.#listeners.forEach((listener) => listener());
}

function standingIn(text: string | null): KnownStanding | null {
  try {
    const found: unknown = JSON.parse(text ?? "null");
    return isStanding(found) ? found : null;
  } catch {
    return null;
  }
}

/** Tell whether it has all that icon and page draw of it: an earlier version may have kept it. */
function isStanding(told: unknown): told is KnownStanding {
  const { badge, sentence, detail, also, apart } = (told ?? {}) as Partial<KnownStanding>;
  return typeof badge === "string" && [sentence, detail, also, apart].every(Array.isArray);
}

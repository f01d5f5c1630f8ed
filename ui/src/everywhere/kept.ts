/** How things stood when any tab was told last: all that the icon in Stash's bar needs. It asks nothing. */
import type { Standing } from "../overview/overview.ts";

/** Where it is kept; figures only, no titles. */
export interface Place {
  read(): string | null;
  write(text: string): void;
}

export class KeptStanding {
  private text: string | null | undefined;
  private standing: Standing | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly place: Place) {}

  /** Return it, null if nobody was told yet or it cannot be read; the same object until it changes. */
  readonly read = (): Standing | null => {
    const text = this.place.read();
    if (text !== this.text) {
      this.text = text;
      this.standing = standingIn(text);
    }
    return this.standing;
  };

  /** Keep a newer one, for all tabs. */
  readonly keep = (standing: Standing): void => {
    this.place.write(JSON.stringify(standing));
    this.tell();
  };

  /** Be told of changes. Returns what ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Tell that another tab has kept a newer one. */
  readonly tell = (): void => this.listeners.forEach((listener) => listener());
}

function standingIn(text: string | null): Standing | null {
  try {
    const found = JSON.parse(text ?? "null") as Partial<Standing> | null;
    return typeof found?.badge === "string" && Array.isArray(found.sentence) ? (found as Standing) : null;
  } catch {
    return null;
  }
}

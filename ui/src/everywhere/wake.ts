/** Wakes PlexSync's agent: Stash itself has no event for its own start. Any question to the plugin does that. */

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;

/** What waking needs of the browser; tests hand in their own. `turn` is shared by all tabs. */
export interface Alarm {
  wake(): void;
  now(): number;
  isVisible(): boolean;
  readonly turn: { get(): number; set(at: number): void };
  everyMinute(run: () => void): void;
  whenSeen(run: () => void): void;
}

/** Wake now, when the page is seen again and every quarter of an hour. Each is a process, so all tabs take turns. */
export function keepAwake(alarm: Alarm): void {
  const unlessWithin = (span: number): void => {
    if (!alarm.isVisible()) return;
    const past = alarm.now() - alarm.turn.get();
    if (past >= 0 && past < span) return;
    alarm.turn.set(alarm.now());
    alarm.wake();
  };
  unlessWithin(MINUTE);
  alarm.whenSeen(() => unlessWithin(MINUTE));
  alarm.everyMinute(() => unlessWithin(QUARTER));
}

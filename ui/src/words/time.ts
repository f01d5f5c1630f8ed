/** Times as the page says them: local, short, and exact on request. All moments are UTC seconds. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const JUST_NOW = 45;

/** Say when something was or will be: just now, 4 min ago, in 8 seconds, 12:31, yesterday 21:15, 27 Nov. */
export function ago(then: number, now: number, locale: string): string {
  const past = now - then;
  if (past >= 0 && past < JUST_NOW) return "just now";
  if (past > 0 && past < HOUR) return `${Math.max(1, Math.round(past / MINUTE))} min ago`;
  if (past < 0 && past > -HOUR) return `in ${lasting(-past)}`;
  return onDay(then, now, locale);
}

/** Say when something was: never a moment to come, however old `now` is. */
export const past = (then: number, now: number, locale: string): string => ago(then, Math.max(then, now), locale);

/** Say the same within a sentence: "at 12:31" where a time of the day alone would not read. */
export function away(then: number, now: number, locale: string): string {
  const said = ago(then, now, locale);
  return /^\d\d?[:.]/.test(said) ? `at ${said}` : said;
}

/** Say a moment by its day: 12:31 today, "yesterday 21:15", "tomorrow 03:00", else 27 Nov. */
export function onDay(then: number, now: number, locale: string): string {
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(then * 1000);
  const days = daysAfter(then, now);
  if (days === 0) return clock;
  if (days === -1) return `yesterday ${clock}`;
  if (days === 1) return `tomorrow ${clock}`;
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }).format(then * 1000);
}

/** Say a moment exactly, for a `title`. */
export const exactly = (then: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" }).format(then * 1000);

/** Say how long something takes, rounded: "8 seconds", "about 4 minutes", "about 2 hours". */
export function lasting(seconds: number): string {
  if (seconds < MINUTE) return counted(Math.max(1, Math.round(seconds)), "second");
  if (seconds < HOUR) return `about ${counted(Math.round(seconds / MINUTE), "minute")}`;
  return `about ${counted(Math.round(seconds / HOUR), "hour")}`;
}

/** How many days of the calendar a moment is after another one, whatever their length: yesterday is -1. */
export const daysAfter = (then: number, now: number): number => dayOf(then) - dayOf(now);

/** The number of the local day a moment is on. */
function dayOf(then: number): number {
  const date = new Date(then * 1000);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

const counted = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

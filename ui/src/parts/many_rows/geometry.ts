/** Which rows of a long list are seen, and where they stand. All lengths are in pixels. */

/** Rows that are drawn beyond each edge of the window. */
const EXTRA = 12;

/** Browsers cut what is higher than about 17 million pixels; from so many rows on the space is scaled. */
const MOST_PX = 250_000 * 34;

/**
 * A list in a window: how many rows of which height, how far its top is above the window's (less than 0 where it is
 * below), and how high the window is.
 */
export interface Scrolled {
  readonly count: number;
  readonly rowPx: number;
  readonly topPx: number;
  readonly windowPx: number;
}

/** The rows to draw: from `first` up to, not including, `end`; row n stands at n * rowPx - shiftPx. */
export interface Drawn {
  readonly first: number;
  readonly end: number;
  readonly shiftPx: number;
}

/** Return the height of the whole list. */
export const spacePx = (count: number, rowPx: number): number => Math.min(count * rowPx, MOST_PX);

/** Return the rows to draw. */
export function drawn({ count, rowPx, topPx, windowPx }: Scrolled): Drawn {
  const shiftPx = shift({ count, rowPx, topPx, windowPx });
  const seen = Math.floor((topPx + shiftPx) / rowPx);
  const first = Math.max(0, Math.min(seen, count) - EXTRA);
  const end = Math.min(count, seen + Math.ceil(windowPx / rowPx) + 1 + EXTRA);
  return { first, end: Math.max(first, end), shiftPx };
}

/** Return how far to scroll the list so that a row is seen, given what covers its top; null if it is seen already. */
export function scrolledTo(row: number, at: Scrolled, coverPx: number): number | null {
  const { rowPx, topPx, windowPx } = at;
  const stands = row * rowPx - shift(at);
  if (stands < topPx + coverPx) return unscaled(row * rowPx - coverPx, at);
  if (stands + rowPx > topPx + windowPx) return unscaled((row + 1) * rowPx - windowPx, at);
  return null;
}

/** How much further the list is than its scaled space says. */
function shift({ count, rowPx, topPx, windowPx }: Scrolled): number {
  const whole = count * rowPx;
  const space = spacePx(count, rowPx);
  if (whole === space || space <= windowPx) return 0;
  const share = Math.min(1, Math.max(0, topPx / (space - windowPx)));
  return Math.round(share * (whole - space));
}

/** Return the scroll position at which the list is at a place of the unscaled one. */
function unscaled(px: number, { count, rowPx, windowPx }: Scrolled): number {
  const whole = count * rowPx;
  const space = spacePx(count, rowPx);
  if (whole === space || whole <= windowPx) return px;
  return (px / (whole - windowPx)) * (space - windowPx);
}

import { React, useRef, useState } from "../../stash/index.ts";
import type { RefObject } from "../../stash/index.ts";
import { drawn } from "./geometry.ts";
import type { Drawn, Scrolled } from "./geometry.ts";

/** How a list stands in the window. */
export interface RowWindow {
  readonly rows: Drawn;
  /** Measure anew; for a row that a key asks for. */
  measured(): Scrolled;
}

/** Follow the window: which rows are drawn. Measures once per frame at most, and draws when other rows are seen. */
export function useWindow(space: RefObject<HTMLElement>, count: number, rowPx: number): RowWindow {
  const measured = (): Scrolled => {
    const topPx = -(space.current?.getBoundingClientRect().top ?? 0);
    return { count, rowPx, topPx, windowPx: window.innerHeight };
  };
  const [rows, take] = useState<Drawn>(() => drawn(measured()));
  const last = useRef(rows);
  React.useLayoutEffect(() => {
    let frame = 0;
    const measure = (): void => {
      frame = 0;
      const now = drawn(measured());
      if (isSame(now, last.current)) return;
      last.current = now;
      take(now);
    };
    const later = (): void => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    window.addEventListener("scroll", later, { passive: true });
    window.addEventListener("resize", later);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", later);
      window.removeEventListener("resize", later);
    };
  }, [count, rowPx]);
  return { rows, measured };
}

const isSame = (one: Drawn, other: Drawn): boolean =>
  one.first === other.first && one.end === other.end && one.shiftPx === other.shiftPx;

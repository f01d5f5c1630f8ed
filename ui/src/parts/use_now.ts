import { useEffect, useState } from "../stash/index.ts";

const RENEWED_MS = 5_000;

/** Return the time (UTC seconds), drawn anew now and then while the page is seen, so that "4 min ago" stays true. */
export function useNow(): number {
  const [now, set] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && set(Date.now() / 1000), RENEWED_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
